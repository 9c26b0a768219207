package autopar.ir.op;

/**
 * (q, k, v[, bias], y, log-sum-exp, dy) -> (dq, dk, dv) of {@link Attention}. dk and dv are summed
 * over queries and over the query heads of a group.
 */
public record AttentionGrad(AttentionMask mask, double scale, double dropout)
    implements GradientOp {}
