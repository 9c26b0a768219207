package autopar.ir.op;

/** (x, gain, dy) -> dx of {@link RmsNorm}; row statistics are computed again from x. */
public record RmsNormGrad(double eps) implements GradientOp {}
