package autopar.ir.op;

import autopar.ir.type.Extent;

/** x -> elements {@code start} to {@code start + length} along dimension {@code dim}. */
public record Slice(int dim, long start, Extent length) implements ForwardOp {}
