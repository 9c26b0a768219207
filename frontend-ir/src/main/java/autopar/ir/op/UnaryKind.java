package autopar.ir.op;

import java.util.Locale;

/** A function applied to every element. */
public enum UnaryKind {
  /** x * Phi(x), Phi by the error function (arXiv:1606.08415). */
  GELU(12),
  /** The tanh approximation of {@link #GELU}, equation (2) of arXiv:1606.08415. */
  GELU_TANH(12),
  /** x * sigmoid(x). */
  SILU(6),
  RELU(1),
  TANH(6),
  EXP(4),
  LOG(4),
  SQRT(2),
  /** 1 / sqrt(x). */
  RSQRT(3),
  SIGMOID(5),
  SQUARE(1);

  private final int operations;

  UnaryKind(int operations) {
    this.operations = operations;
  }

  /** Estimated operations per element; memory traffic dominates. */
  public int operations() {
    return operations;
  }

  /** The name in model text. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
