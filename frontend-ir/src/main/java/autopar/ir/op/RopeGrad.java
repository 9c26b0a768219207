package autopar.ir.op;

/** dy -> dx of {@link Rope}: the inverse rotation. */
public record RopeGrad(double theta) implements GradientOp {}
