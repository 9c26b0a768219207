package autopar.ir.op;

/** (dy, mask) -> dx of {@link Dropout}. */
public record DropoutGrad(double rate) implements GradientOp {}
