package autopar.ir.op;

/** (q, k, v, bias, y, log-sum-exp, dy) -> dbias of {@link Attention}. */
public record AttentionBiasGrad(AttentionMask mask, double scale, double dropout)
    implements GradientOp {}
