package autopar.ir.op;

import autopar.ir.type.Extent;

/** The integers 0, 1, .., length - 1. */
public record Positions(Extent length) implements ForwardOp {}
