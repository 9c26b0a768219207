package autopar.ir.op;

import autopar.ir.type.Extent;

/**
 * Bucket ids i32[queries, keys] of the relative positions key - query as T5 numbers them
 * (arXiv:1910.10683): half of the buckets for exact distances, the rest logarithmic up to {@code
 * maxDistance}; {@code bidirectional} halves them again by sign.
 */
public record RelativePositionBuckets(
    Extent queries, Extent keys, long buckets, long maxDistance, boolean bidirectional)
    implements ForwardOp {}
