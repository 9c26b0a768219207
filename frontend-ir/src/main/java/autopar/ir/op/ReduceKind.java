package autopar.ir.op;

import java.util.Locale;

/** How elements become one. */
public enum ReduceKind {
  SUM,
  MEAN,
  MAX;

  /** The suffix of the function name: {@code reduce_sum}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
