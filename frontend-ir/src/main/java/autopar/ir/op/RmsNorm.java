package autopar.ir.op;

/** (x, gain) -> x / rms(x) * gain over the last dimension (arXiv:1910.07467). */
public record RmsNorm(double eps) implements ForwardOp {}
