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
  private final ShiftedSums sums = new ShiftedSums();

  /** The mean of the row, or 0. */
  float center;

  /** 1 / sqrt(variance + eps). */
  float factor;

  /** The mean of g = dy * gain, or 0 where not centered. */
  double meanG;

  /** The mean of g (x - center). */
  double meanGx;

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

  /** Of row {@code r} of x. */
  void row(int r) {
    if (statistics.isEmpty()) {
      sums.of(x.data(), r * x.lastDim(), x.lastDim(), centered);
      ofSums();
    } else {
      ofStatistics(r);
    }
  }

  /** Of row {@code r} of x and of dy, before that of {@code later} is written. */
  void gradRow(int r, float[] dy, float[] gain, float[] later) {
    if (statistics.isEmpty()) {
      sums.of(x.data(), dy, r * x.lastDim(), gain, x.lastDim(), later, centered);
      ofSums();
      double mean = sums.grad / count;
      meanG = centered ? mean : 0;
      meanGx = sums.product / count - mean * (center - sums.shift);
    } else {
      ofStatistics(r);
      meanG = centered ? second(statistics.getFirst(), r) / count : 0;
      meanGx = second(statistics.getLast(), r) / count;
    }
  }

  private void ofSums() {
    double offset = centered ? sums.first / count : 0;
    center = (float) (sums.shift + offset);
    factor(sums.second / count - offset * offset);
  }

  private void ofStatistics(int r) {
    center = centered ? (float) (first(statistics.getFirst(), r) / count) : 0;
    factor(first(statistics.getLast(), r) / count);
  }

  private void factor(double variance) {
    factor = (float) (1 / Math.sqrt(Math.max(0, variance) + eps));
  }

  private static double first(FloatTensor statistics, int r) {
    return statistics.data()[r * statistics.lastDim()];
  }

  private static double second(FloatTensor statistics, int r) {
    return statistics.data()[r * statistics.lastDim() + 1];
  }
}
