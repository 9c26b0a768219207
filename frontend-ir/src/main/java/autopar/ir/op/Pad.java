package autopar.ir.op;

/**
 * x -> x with {@code low} zeros before and {@code high} zeros after along dimension {@code dim}.
 */
public record Pad(int dim, long low, long high) implements ForwardOp {}
