package autopar.runtime.kernel;

import autopar.runtime.Placement;
import java.util.List;

/**
 * What a norm over the last dimension normalises a row with: y = (x - center) * factor. Moments are
 * taken row by row, just before the row is read again.
 */
final class RowMoments {

  private final FloatTensor x;
  private final double eps;
  private final boolean centered;
  private final List<FloatTensor> statistics;
  private final double count;

  /** The mean of the row, or 0. */
  float center;

  /** 1 / sqrt(variance + eps). */
  float factor;

  private RowMoments(
      FloatTensor x, List<FloatTensor> statistics, double eps, boolean centered, double count) {
    this.x = x;
    this.statistics = statistics;
    this.eps = eps;
    this.centered = centered;
    this.count = Math.max(1, count);
  }

  /** Of rows that are whole. */
  static RowMoments of(FloatTensor x, double eps, boolean centered) {
    return new RowMoments(x, List.of(), eps, centered, x.lastDim());
  }

  /**
   * Of rows that are split. The first statistic of each row is the sum of x (where centered), and
   * the first of the last round that of the squares of what is normalised.
   */
  static RowMoments of(
      FloatTensor x,
      List<FloatTensor> statistics,
      double eps,
      boolean centered,
      Placement placement) {
    return new RowMoments(x, statistics, eps, centered, count(x, placement));
  }

  private static double count(FloatTensor x, Placement placement) {
    return placement.extent("d" + (x.rank() - 1), x.lastDim());
  }

  /** The mean of row {@code r}, which is split, from the statistics of the first round. */
  static float center(FloatTensor x, FloatTensor first, int r, Placement placement) {
    return (float) (first.data()[r * first.lastDim()] / Math.max(1, count(x, placement)));
  }

  /** Elements of a row over all its shards. */
  double count() {
    return count;
  }

  void row(int r) {
    double variance;
    if (statistics.isEmpty()) {
      int h = x.lastDim();
      center = centered ? (float) (Rows.sum(x.data(), r * h, h) / count) : 0;
      variance = Rows.squares(x.data(), r * h, h, center) / count;
    } else {
      FloatTensor first = statistics.getFirst();
      FloatTensor last = statistics.getLast();
      center = centered ? (float) (first.data()[r * first.lastDim()] / count) : 0;
      variance = last.data()[r * last.lastDim()] / count;
    }
    factor = (float) (1 / Math.sqrt(variance + eps));
  }
}
