package autopar.runtime.kernel;

/**
 * Sums over the rows of a sample, per channel, of x - shift and its square, in one pass over
 * memory: as in {@link ShiftedSums}, about the mean of the first rows, and once more where that
 * turns out to be far from the mean.
 */
record ChannelMoments(float[] shift, double[] first, double[] second, int rows) {

  private static final int NEAR = 16;

  /** Standard deviations from the shift to the mean, above which rows are summed again. */
  private static final double FAR = 4;

  static ChannelMoments of(float[] x, int from, int rows, int channels) {
    ColumnSums near = new ColumnSums(channels);
    int few = Math.min(NEAR, rows);
    for (int r = 0; r < few; r++) {
      near.add(x, from + r * channels);
    }
    ChannelMoments moments = about(means(near.totals(), few), x, from, rows);
    return moments.isFar() ? about(moments.means(), x, from, rows) : moments;
  }

  private static ChannelMoments about(float[] shift, float[] x, int from, int rows) {
    ColumnSums first = new ColumnSums(shift.length);
    ColumnSums second = new ColumnSums(shift.length);
    first.addMoments(x, from, rows, shift, second);
    return new ChannelMoments(shift, first.totals(), second.totals(), rows);
  }

  private static float[] means(double[] sums, int count) {
    float[] means = new float[sums.length];
    for (int c = 0; c < means.length; c++) {
      means[c] = (float) (sums[c] / Math.max(1, count));
    }
    return means;
  }

  private boolean isFar() {
    for (int c = 0; c < shift.length; c++) {
      double offset = first[c] * first[c] / Math.max(1, rows);
      if (offset > FAR * FAR * (second[c] - offset)) {
        return true;
      }
    }
    return false;
  }

  private float[] means() {
    float[] means = means(first, rows);
    for (int c = 0; c < means.length; c++) {
      means[c] += shift[c];
    }
    return means;
  }

  /** The sum of x of each channel. */
  double[] sums() {
    double[] sums = new double[shift.length];
    for (int c = 0; c < sums.length; c++) {
      sums[c] = first[c] + (double) rows * shift[c];
    }
    return sums;
  }

  /** The sum of (x - center)^2 of each channel. */
  double[] squares(float[] center) {
    double[] squares = new double[shift.length];
    for (int c = 0; c < squares.length; c++) {
      double move = (double) center[c] - shift[c];
      squares[c] = second[c] - move * (2 * first[c] - rows * move);
    }
    return squares;
  }
}
