package autopar.ir.op;

/**
 * x -> (y, bool mask): elements are zeroed at the given rate, the others scaled by 1 / (1 - rate).
 */
public record Dropout(double rate) implements ForwardOp {}
