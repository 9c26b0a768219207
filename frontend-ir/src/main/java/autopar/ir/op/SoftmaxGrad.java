package autopar.ir.op;

/** (y, dy) -> dx of {@link Softmax}; masked entries have y = 0 and so no gradient. */
public record SoftmaxGrad(double scale) implements GradientOp {}
