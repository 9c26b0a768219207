package autopar.ir.op;

/** (x, mean, reciprocal deviation, dy) -> (dgain, dbias) of {@link GroupNorm}, summed. */
public record GroupNormParameterGrad(long groups) implements GradientOp {}
