package autopar.ir.op;

/**
 * Fused attention: softmax(scale * q k^T + bias) v, never materialising the scores
 * (arXiv:2205.14135).
 *
 * <p>(q [b, s, n, d], k [b, t, g, d], v [b, t, g, d][, bias]) -> (y [b, s, n, d], f32 log-sum-exp
 * [b, n, s]). n is a multiple of g: query head i reads key-value head i / (n / g)
 * (arXiv:2305.13245). The bias aligns with [b, n, s, t] at its last dimensions and may broadcast.
 *
 * @param scale factor of the scores
 * @param dropout rate of dropout on the probabilities; its mask is drawn again in backward
 */
public record Attention(AttentionMask mask, double scale, double dropout) implements ForwardOp {}
