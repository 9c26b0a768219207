package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.bound;
import static autopar.runtime.kernel.VectorMath.load;

import jdk.incubator.vector.FloatVector;

/** Sums of rows, column by column: a few rows in single precision at a time, the rest in double. */
final class ColumnSums {

  private static final int BLOCK = 64;

  private final float[] block;
  private final double[] total;
  private int rows;

  ColumnSums(int columns) {
    block = new float[columns];
    total = new double[columns];
  }

  /** Adds a row of x. */
  void add(float[] x, int from) {
    Rows.add(x, from, block, 0, block.length);
    count(1);
  }

  /** Adds a row of factor * dy * (x - center). */
  void addProducts(float[] dy, int at, float[] x, int from, float center, float factor) {
    float[] sums = block;
    int j = 0;
    for (int whole = bound(sums.length); j < whole; j += L) {
      FloatVector y = load(x, from + j).sub(center).mul(factor);
      load(dy, at + j).fma(y, load(sums, j)).intoArray(sums, j);
    }
    for (; j < sums.length; j++) {
      sums[j] += dy[at + j] * ((x[from + j] - center) * factor);
    }
    count(1);
  }

  /**
   * Adds two rows of factor * dy * (x - center), the second right after the first, and the rows of
   * dy to {@code plain}: one pass over the sums for both rows and both sums.
   */
  void addProducts(
      float[] dy,
      float[] x,
      int at,
      float center,
      float factor,
      float center2,
      float factor2,
      ColumnSums plain) {
    float[] sums = block;
    float[] plains = plain.block;
    int next = at + sums.length;
    int j = 0;
    for (int whole = bound(sums.length); j < whole; j += L) {
      FloatVector d = load(dy, at + j);
      FloatVector e = load(dy, next + j);
      FloatVector y = load(x, at + j).sub(center).mul(factor);
      FloatVector z = load(x, next + j).sub(center2).mul(factor2);
      e.fma(z, d.fma(y, load(sums, j))).intoArray(sums, j);
      load(plains, j).add(d).add(e).intoArray(plains, j);
    }
    for (; j < sums.length; j++) {
      float y = (x[at + j] - center) * factor;
      float z = (x[next + j] - center2) * factor2;
      sums[j] += dy[at + j] * y + dy[next + j] * z;
      plains[j] += dy[at + j] + dy[next + j];
    }
    count(2);
    plain.count(2);
  }

  /** Adds a row of dy * (x - center) with a center per column. */
  void addProducts(float[] dy, int at, float[] x, int from, float[] center) {
    float[] sums = block;
    int j = 0;
    for (int whole = bound(sums.length); j < whole; j += L) {
      FloatVector d = load(x, from + j).sub(load(center, j));
      load(dy, at + j).fma(d, load(sums, j)).intoArray(sums, j);
    }
    for (; j < sums.length; j++) {
      sums[j] += dy[at + j] * (x[from + j] - center[j]);
    }
    count(1);
  }

  /** Adds a row of (x - center)^2 with a center per column. */
  void addSquares(float[] x, int from, float[] center) {
    float[] sums = block;
    int j = 0;
    for (int whole = bound(sums.length); j < whole; j += L) {
      FloatVector d = load(x, from + j).sub(load(center, j));
      d.fma(d, load(sums, j)).intoArray(sums, j);
    }
    for (; j < sums.length; j++) {
      float d = x[from + j] - center[j];
      sums[j] += d * d;
    }
    count(1);
  }

  private void count(int added) {
    rows += added;
    if (rows >= BLOCK) {
      flush();
    }
  }

  private void flush() {
    for (int j = 0; j < block.length; j++) {
      total[j] += block[j];
      block[j] = 0;
    }
    rows = 0;
  }

  /** The sums so far. */
  double[] totals() {
    flush();
    return total;
  }

  void write(float[] to) {
    double[] sums = totals();
    for (int j = 0; j < sums.length; j++) {
      to[j] = (float) sums[j];
    }
  }
}
