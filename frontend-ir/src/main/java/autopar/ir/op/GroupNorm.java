package autopar.ir.op;

/**
 * (x [n, h, w, c], gain, bias) -> (y, f32 mean [n, groups], f32 reciprocal deviation [n, groups]),
 * normalised per sample and group of channels (arXiv:1803.08494). Channel c belongs to group c /
 * (channels / groups).
 */
public record GroupNorm(long groups, double eps) implements ForwardOp {}
