package autopar.ir.op;

/** (x, gain, dy) -> dx of {@link LayerNorm}; row statistics are computed again from x. */
public record LayerNormGrad(double eps) implements GradientOp {}
