package autopar.ir.op;

import java.util.Locale;

/** What a pooling window yields. */
public enum PoolKind {
  MAX,
  /** The mean of the window's positions inside the image. */
  AVG;

  /** The prefix of the function name: {@code max_pool}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
