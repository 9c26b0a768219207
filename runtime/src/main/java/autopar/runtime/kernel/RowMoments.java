package autopar.runtime.kernel;

import autopar.runtime.Placement;

/**
 * What a norm over the last dimension normalises each row with: y = (x - center) * factor.
 *
 * @param center the mean of each row, or zeros
 * @param factor 1 / sqrt(variance + eps)
 */
record RowMoments(float[] center, float[] factor) {

  /** Of rows that are whole. */
  static RowMoments of(FloatTensor x, double eps, boolean centered) {
    int h = x.lastDim();
    int rows = x.rows();
    float[] center = new float[rows];
    float[] factor = new float[rows];
    for (int r = 0; r < rows; r++) {
      center[r] = centered && h > 0 ? (float) (Rows.sum(x.data(), r * h, h) / h) : 0;
      double variance = h == 0 ? 0 : Rows.squares(x.data(), r * h, h, center[r]) / h;
      factor[r] = (float) (1 / Math.sqrt(variance + eps));
    }
    return new RowMoments(center, factor);
  }

  /** Of rows that are split, from sums of x (where centered) and x^2 as the first of each row. */
  static RowMoments of(
      FloatTensor x, FloatTensor statistics, double eps, boolean centered, Placement placement) {
    int rows = x.rows();
    int step = statistics.lastDim();
    double count = wholeRow(x, placement);
    float[] center = new float[rows];
    float[] factor = new float[rows];
    for (int r = 0; r < rows; r++) {
      double mean = centered ? statistics.data()[r * step] / count : 0;
      double square = statistics.data()[r * step + (centered ? 1 : 0)] / count;
      center[r] = (float) mean;
      factor[r] = (float) (1 / Math.sqrt(Math.max(square - mean * mean, 0) + eps));
    }
    return new RowMoments(center, factor);
  }

  /** Elements of a row over all its shards. */
  static double wholeRow(FloatTensor x, Placement placement) {
    return Math.max(1, placement.extent("d" + (x.rank() - 1), x.lastDim()));
  }
}
