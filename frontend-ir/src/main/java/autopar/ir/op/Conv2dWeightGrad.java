package autopar.ir.op;

/**
 * (x, dy) -> dweights of {@link Conv2d}, summed over samples and positions.
 *
 * @param kernelHeight height of the weights
 * @param kernelWidth width of the weights
 */
public record Conv2dWeightGrad(long stride, long padding, long kernelHeight, long kernelWidth)
    implements GradientOp {}
