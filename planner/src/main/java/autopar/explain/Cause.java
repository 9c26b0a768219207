package autopar.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Says in words which parts of a step make the difference between two plans. */
final class Cause {
  /** Parts below this share of the largest one are left out. */
  private static final double WORTH_SAYING = 0.1;

  private static final int MOST = 3;

  private Cause() {}

  /**
   * For instance {@code +2.10 s of bubble and imbalance, -0.80 s of recomputation}; the part that
   * weighs most in the direction of the sum comes first.
   */
  static String of(StepParts difference) {
    double direction = difference.total() < 0 ? -1 : 1;
    double most = 0;
    for (Part part : Part.values()) {
      most = Math.max(most, Math.abs(difference.of(part)));
    }
    List<String> words = new ArrayList<>();
    List<Part> order = difference.largestFirst();
    for (Part part : direction > 0 ? order : order.reversed()) {
      double seconds = difference.of(part);
      if (words.size() < MOST && Math.abs(seconds) >= Math.max(5e-7, WORTH_SAYING * most)) {
        words.add(seconds(seconds) + " of " + part.words());
      }
    }
    return words.isEmpty() ? "no part of the step differs" : String.join(", ", words);
  }

  private static String seconds(double s) {
    double size = Math.abs(s);
    if (size >= 0.1) {
      return String.format(Locale.ROOT, "%+.2f s", s);
    }
    return size >= 1e-4
        ? String.format(Locale.ROOT, "%+.2f ms", 1e3 * s)
        : String.format(Locale.ROOT, "%+.2f us", 1e6 * s);
  }
}
