package autopar.ir.op;

/** (x, dy) -> dgain of {@link RmsNorm}, summed over rows. */
public record RmsNormGainGrad(double eps) implements GradientOp {}
