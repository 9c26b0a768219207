package autopar.runtime.kernel;

import autopar.runtime.Placement;

/**
 * What a norm over the last dimension normalises a row with: y = (x - center) * factor. Moments are
 * taken row by row, just before the row is read again.
 */
final class RowMoments {

  private final FloatTensor x;
  private final double eps;
  private final boolean centered;
  private final FloatTensor statistics;
  private final double count;

  /** The mean of the row, or 0. */
  float center;

  /** 1 / sqrt(variance + eps). */
  float factor;

  private RowMoments(
      FloatTensor x, FloatTensor statistics, double eps, boolean centered, double count) {
    this.x = x;
    this.statistics = statistics;
    this.eps = eps;
    this.centered = centered;
    this.count = Math.max(1, count);
  }

  /** Of rows that are whole. */
  static RowMoments of(FloatTensor x, double eps, boolean centered) {
    return new RowMoments(x, null, eps, centered, x.lastDim());
  }

  /** Of rows that are split, from sums of x (where centered) and x^2 as the first of each row. */
  static RowMoments of(
      FloatTensor x, FloatTensor statistics, double eps, boolean centered, Placement placement) {
    double count = placement.extent("d" + (x.rank() - 1), x.lastDim());
    return new RowMoments(x, statistics, eps, centered, count);
  }

  /** Elements of a row over all its shards. */
  double count() {
    return count;
  }

  void row(int r) {
    double variance;
    if (statistics == null) {
      int h = x.lastDim();
      center = centered ? (float) (Rows.sum(x.data(), r * h, h) / count) : 0;
      variance = Rows.squares(x.data(), r * h, h, center) / count;
    } else {
      int at = r * statistics.lastDim();
      double mean = centered ? statistics.data()[at] / count : 0;
      double square = statistics.data()[centered ? at + 1 : at] / count;
      center = (float) mean;
      variance = Math.max(square - mean * mean, 0);
    }
    factor = (float) (1 / Math.sqrt(variance + eps));
  }
}
