package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.bound;
import static autopar.runtime.kernel.VectorMath.broadcast;
import static autopar.runtime.kernel.VectorMath.load;

import jdk.incubator.vector.FloatVector;

/** Sums of rows, column by column: a few rows in single precision at a time, the rest in double. */
final class ColumnSums {

  private static final int BLOCK = 64;

  /** Rows that are worked on in one pass over what their columns have in common. */
  static final int TOGETHER = 4;

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
   * Adds {@link #TOGETHER} rows of factor * dy * (x - center), one right after the other, and those
   * of dy to {@code plain}: one pass over the sums for all rows and both sums.
   */
  void addProducts(
      float[] dy, float[] x, int at, float[] centers, float[] factors, ColumnSums plain) {
    float[] sums = block;
    float[] plains = plain.block;
    int h = sums.length;
    FloatVector c0 = broadcast(centers[0]);
    FloatVector c1 = broadcast(centers[1]);
    FloatVector c2 = broadcast(centers[2]);
    FloatVector c3 = broadcast(centers[3]);
    FloatVector f0 = broadcast(factors[0]);
    FloatVector f1 = broadcast(factors[1]);
    FloatVector f2 = broadcast(factors[2]);
    FloatVector f3 = broadcast(factors[3]);
    int at1 = at + h;
    int at2 = at1 + h;
    int at3 = at2 + h;
    int j = 0;
    for (int whole = bound(h); j < whole; j += L) {
      FloatVector d0 = load(dy, at + j);
      FloatVector d1 = load(dy, at1 + j);
      FloatVector d2 = load(dy, at2 + j);
      FloatVector d3 = load(dy, at3 + j);
      FloatVector p = d0.fma(load(x, at + j).sub(c0).mul(f0), load(sums, j));
      FloatVector q = d1.mul(load(x, at1 + j).sub(c1).mul(f1));
      p = d2.fma(load(x, at2 + j).sub(c2).mul(f2), p);
      q = d3.fma(load(x, at3 + j).sub(c3).mul(f3), q);
      p.add(q).intoArray(sums, j);
      load(plains, j).add(d0.add(d1)).add(d2.add(d3)).intoArray(plains, j);
    }
    for (; j < h; j++) {
      for (int r = 0; r < TOGETHER; r++) {
        int i = at + r * h + j;
        sums[j] += dy[i] * ((x[i] - centers[r]) * factors[r]);
        plains[j] += dy[i];
      }
    }
    count(TOGETHER);
    plain.count(TOGETHER);
  }

  /** Adds {@code n} rows of dy * (x - center), and of dy to {@code plain}; a center per column. */
  void addProducts(float[] dy, float[] x, int from, int n, float[] center, ColumnSums plain) {
    int h = block.length;
    int r = 0;
    for (; r <= n - TOGETHER; r += TOGETHER) {
      fourProducts(dy, x, from + r * h, center, plain.block);
      count(TOGETHER);
      plain.count(TOGETHER);
    }
    restOfProducts(dy, x, from + r * h, n - r, 0, center, plain.block);
    count(n - r);
    plain.count(n - r);
  }

  private void fourProducts(float[] dy, float[] x, int at, float[] center, float[] plain) {
    float[] sums = block;
    int h = sums.length;
    int at1 = at + h;
    int at2 = at1 + h;
    int at3 = at2 + h;
    int j = 0;
    for (int whole = bound(h); j < whole; j += L) {
      FloatVector c = load(center, j);
      FloatVector d0 = load(dy, at + j);
      FloatVector d1 = load(dy, at1 + j);
      FloatVector d2 = load(dy, at2 + j);
      FloatVector d3 = load(dy, at3 + j);
      FloatVector p = d0.fma(load(x, at + j).sub(c), load(sums, j));
      FloatVector q = d1.mul(load(x, at1 + j).sub(c));
      p = d2.fma(load(x, at2 + j).sub(c), p);
      q = d3.fma(load(x, at3 + j).sub(c), q);
      p.add(q).intoArray(sums, j);
      load(plain, j).add(d0.add(d1)).add(d2.add(d3)).intoArray(plain, j);
    }
    restOfProducts(dy, x, at, TOGETHER, j, center, plain);
  }

  /** Some rows, from a column on. */
  private void restOfProducts(
      float[] dy, float[] x, int at, int n, int column, float[] center, float[] plain) {
    float[] sums = block;
    int h = sums.length;
    for (int j = column; j < h; j++) {
      for (int i = at + j; i < at + n * h; i += h) {
        sums[j] += dy[i] * (x[i] - center[j]);
        plain[j] += dy[i];
      }
    }
  }

  /** Adds {@code n} rows of x - center, and their squares to {@code squares}. */
  void addMoments(float[] x, int from, int n, float[] center, ColumnSums squares) {
    int h = block.length;
    int r = 0;
    for (; r <= n - TOGETHER; r += TOGETHER) {
      fourMoments(x, from + r * h, center, squares.block);
      count(TOGETHER);
      squares.count(TOGETHER);
    }
    restOfMoments(x, from + r * h, n - r, 0, center, squares.block);
    count(n - r);
    squares.count(n - r);
  }

  private void fourMoments(float[] x, int at, float[] center, float[] squares) {
    float[] sums = block;
    int h = sums.length;
    int at1 = at + h;
    int at2 = at1 + h;
    int at3 = at2 + h;
    int j = 0;
    for (int whole = bound(h); j < whole; j += L) {
      FloatVector c = load(center, j);
      FloatVector d0 = load(x, at + j).sub(c);
      FloatVector d1 = load(x, at1 + j).sub(c);
      FloatVector d2 = load(x, at2 + j).sub(c);
      FloatVector d3 = load(x, at3 + j).sub(c);
      load(sums, j).add(d0.add(d1)).add(d2.add(d3)).intoArray(sums, j);
      FloatVector p = d0.fma(d0, load(squares, j));
      FloatVector q = d1.mul(d1);
      p = d2.fma(d2, p);
      q = d3.fma(d3, q);
      p.add(q).intoArray(squares, j);
    }
    restOfMoments(x, at, TOGETHER, j, center, squares);
  }

  private void restOfMoments(
      float[] x, int at, int n, int column, float[] center, float[] squares) {
    float[] sums = block;
    int h = sums.length;
    for (int j = column; j < h; j++) {
      for (int i = at + j; i < at + n * h; i += h) {
        float d = x[i] - center[j];
        sums[j] += d;
        squares[j] += d * d;
      }
    }
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
