package autopar.ir.op;

/**
 * Gradient of {@link Unary}: (kept, dy) -> dx. {@code kept} is the op's result where the derivative
 * is a function of the result ({@link #keepsResult}), else its operand.
 */
public record UnaryGrad(UnaryKind kind) implements GradientOp {

  /** True for kinds whose derivative follows from the result; keeping it often costs nothing. */
  public static boolean keepsResult(UnaryKind kind) {
    return switch (kind) {
      case RELU, TANH, EXP, SQRT, RSQRT, SIGMOID -> true;
      case GELU, GELU_TANH, SILU, LOG, SQUARE -> false;
    };
  }
}
