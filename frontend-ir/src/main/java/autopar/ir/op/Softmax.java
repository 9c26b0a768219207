package autopar.ir.op;

/**
 * softmax(scale * x) over the last dimension; masked entries are zero. The mask relates the last
 * two dimensions (queries, keys).
 */
public record Softmax(double scale, AttentionMask mask) implements ForwardOp {}
