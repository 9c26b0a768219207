package autopar.runtime.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Operands that take turns: when it is the turn of one again, the others have driven it out of the
 * caches, as the rest of a step does. Measured on one set of operands, a core's kernels read and
 * write its caches only and look up to three times as fast as they are in a step.
 */
final class Turns<T> {
  /** More than the caches that one core has of its own or its part of those it shares. */
  private static final long BYTES = 64L << 20;

  private static final long MOST = 4096;

  private final List<T> all = new ArrayList<>();
  private int next;

  /**
   * @param bytes of one set of operands
   * @param made makes one
   */
  Turns(long bytes, Supplier<T> made) {
    long count = Math.clamp(BYTES / Math.max(1, bytes), 2, MOST);
    for (long i = 0; i < count; i++) {
      all.add(made.get());
    }
  }

  /** The operands whose turn it is. */
  T take() {
    T taken = all.get(next);
    next = (next + 1) % all.size();
    return taken;
  }
}
