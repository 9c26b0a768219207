package autopar.ir.op;

import autopar.ir.type.Extent;

/**
 * The constant bias of ALiBi (arXiv:2108.12409), [heads, queries, keys]: -slope(head) * (q - k),
 * slopes 2^(-8 (h + 1) / heads); head counts that are no power of two interleave as in the paper's
 * code.
 */
public record AlibiBias(Extent heads, Extent queries, Extent keys) implements ForwardOp {}
