package autopar.ir.op;

import autopar.ir.type.Extent;

/**
 * (weights, dy) -> dx of {@link Conv2d}.
 *
 * @param height input height
 * @param width input width
 */
public record Conv2dInputGrad(long stride, long padding, Extent height, Extent width)
    implements GradientOp {}
