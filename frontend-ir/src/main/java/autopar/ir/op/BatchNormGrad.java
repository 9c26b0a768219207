package autopar.ir.op;

/** (x, gain, mean, reciprocal deviation, dy) -> dx of {@link BatchNorm}. */
public record BatchNormGrad() implements GradientOp {}
