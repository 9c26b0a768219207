package autopar.ir.op;

/**
 * (x, gain[, bias]) -> y, normalised over the last dimension (arXiv:1607.06450); gain and bias have
 * the shape of that dimension.
 */
public record LayerNorm(double eps) implements ForwardOp {}
