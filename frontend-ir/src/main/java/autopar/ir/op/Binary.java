package autopar.ir.op;

/**
 * One function of two tensors' elements. Shapes are aligned at their last dimensions; a dimension
 * of size 1, or a missing one, is broadcast.
 */
public record Binary(BinaryKind kind) implements ForwardOp {}
