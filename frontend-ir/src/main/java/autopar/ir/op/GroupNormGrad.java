package autopar.ir.op;

/** (x, gain, mean, reciprocal deviation, dy) -> dx of {@link GroupNorm}. */
public record GroupNormGrad(long groups) implements GradientOp {}
