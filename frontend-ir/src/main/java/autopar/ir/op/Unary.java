package autopar.ir.op;

/** One function of every element: x -> y of the same type. */
public record Unary(UnaryKind kind) implements ForwardOp {}
