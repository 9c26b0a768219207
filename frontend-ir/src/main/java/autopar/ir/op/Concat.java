package autopar.ir.op;

/** (x0, x1, ..) -> the operands one after the other along dimension {@code dim}. */
public record Concat(int dim) implements ForwardOp {}
