package autopar.ir.op;

/** (x, mean, reciprocal deviation, dy) -> (dgain, dbias) of {@link BatchNorm}, summed. */
public record BatchNormParameterGrad() implements GradientOp {}
