package autopar.ir.op;

/** (logits, labels, log-sum-exp, dloss) -> dlogits of {@link CrossEntropy}. */
public record CrossEntropyGrad() implements GradientOp {}
