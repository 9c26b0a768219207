package autopar.ir.op;

/**
 * (logits [.., v], i32 labels [..]) -> (f32 loss, f32 log-sum-exp [..]): the mean of -log
 * softmax(logits)[label] over labels that are not negative.
 */
public record CrossEntropy() implements ForwardOp {}
