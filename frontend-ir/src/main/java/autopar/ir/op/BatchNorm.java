package autopar.ir.op;

/**
 * (x [.., c], gain, bias) -> (y, f32 mean [c], f32 reciprocal deviation [c]), normalised per
 * channel (the last dimension) over all others with the statistics of the whole batch
 * (arXiv:1502.03167); sharding the batch synchronises them.
 */
public record BatchNorm(double eps) implements ForwardOp {}
