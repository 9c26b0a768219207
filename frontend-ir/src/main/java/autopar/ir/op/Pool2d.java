package autopar.ir.op;

/** x [n, h, w, c] -> y [n, oh, ow, c]. */
public record Pool2d(PoolKind kind, Window window) implements ForwardOp {}
