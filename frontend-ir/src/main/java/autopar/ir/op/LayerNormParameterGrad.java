package autopar.ir.op;

/**
 * (x, dy) -> (dgain[, dbias]) of {@link LayerNorm}, summed over rows.
 *
 * @param bias whether the norm has a bias
 */
public record LayerNormParameterGrad(double eps, boolean bias) implements GradientOp {}
