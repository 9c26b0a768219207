package autopar.ir.op;

/**
 * Gradient of {@code max} before broadcast dimensions are summed: (a, b, dy) -> dy where the chosen
 * operand won, else 0. Ties go to the first operand.
 */
public record MaximumGrad(boolean ofFirst) implements GradientOp {}
