package autopar.ir.op;

/** (table [v, h], ids [..]) -> rows [.., h]. */
public record Embedding() implements ForwardOp {}
