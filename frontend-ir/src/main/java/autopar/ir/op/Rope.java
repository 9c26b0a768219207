package autopar.ir.op;

/**
 * Rotary position embedding (arXiv:2104.09864) of x [.., positions, heads, d]: the pair (i, i +
 * d/2) is rotated by position * theta^(-2 i / d).
 */
public record Rope(double theta) implements ForwardOp {}
