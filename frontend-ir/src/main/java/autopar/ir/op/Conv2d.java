package autopar.ir.op;

/**
 * (x [n, h, w, i], weights [kh, kw, i, o]) -> y [n, oh, ow, o]: cross-correlation with zero padding
 * on every side.
 */
public record Conv2d(long stride, long padding) implements ForwardOp {}
