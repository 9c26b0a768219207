package autopar.ir.op;

import autopar.ir.type.Extent;

/**
 * dy -> dx of an average {@link Pool2d}, (x, dy) -> dx of a maximum (ties go to the first
 * position).
 *
 * @param height input height
 * @param width input width
 */
public record Pool2dGrad(PoolKind kind, Window window, Extent height, Extent width)
    implements GradientOp {}
