package autopar.ir.op;

/** y = scale * x + shift with constants: x -> y of the same type. Its gradient is an affine too. */
public record Affine(double scale, double shift) implements ForwardOp {}
