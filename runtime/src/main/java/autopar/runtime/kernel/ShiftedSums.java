package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.bound;
import static autopar.runtime.kernel.VectorMath.broadcast;
import static autopar.runtime.kernel.VectorMath.load;

import jdk.incubator.vector.FloatVector;

/**
 * The sums over a row x that its mean and its variance follow from, in one pass: a row that is
 * summed, and then summed about its mean, keeps the memory waiting meanwhile. Sums are about a
 * shift near the mean, so that the variance (second - first^2 / n) / n does not cancel; where the
 * mean of the first elements turns out to be far from that of the row, it is summed again. As in
 * {@link Rows}, lanes are summed in single precision over blocks, and blocks in double.
 */
final class ShiftedSums {

  /** Elements whose mean is the shift. */
  private static final int NEAR = 16;

  /** Standard deviations from the shift to the mean, above which a row is summed again. */
  private static final double FAR = 4;

  private static final int BLOCK = 256 * L;

  /** What x is summed about. */
  float shift;

  /** The sum of x - shift. */
  double first;

  /** The sum of (x - shift)^2. */
  double second;

  /** The sum of g = dy * gain. */
  double grad;

  /** The sum of g (x - shift). */
  double product;

  /** Keeps the compiler from leaving out loads that only bring lines near. */
  private float unused;

  /**
   * Sums {@code n} elements of x.
   *
   * @param centered whether x is summed about a shift near its mean, or about 0
   */
  void of(float[] x, int from, int n, boolean centered) {
    shift = centered ? near(x, from, n) : 0;
    sum(x, from, n);
    if (centered && isFar(n)) {
      shift += (float) (first / n);
      sum(x, from, n);
    }
  }

  /**
   * Sums {@code n} elements of x and of dy, both from {@code from}, with a gain from 0.
   *
   * @param later what is written from {@code from} on after that, and brought near meanwhile: a
   *     store that misses waits in one of few places, while lines that are read come ahead
   */
  void of(float[] x, float[] dy, int from, float[] gain, int n, float[] later, boolean centered) {
    shift = centered ? near(x, from, n) : 0;
    sum(x, dy, from, gain, n, later);
    if (centered && isFar(n)) {
      shift += (float) (first / n);
      sum(x, dy, from, gain, n, later);
    }
  }

  private static float near(float[] x, int from, int n) {
    int count = Math.min(NEAR, n);
    float sum = 0;
    for (int i = 0; i < count; i++) {
      sum += x[from + i];
    }
    return count > 0 ? sum / count : 0;
  }

  private boolean isFar(int n) {
    double offset = first * first / n;
    return offset > FAR * FAR * (second - offset);
  }

  private void sum(float[] x, int from, int n) {
    clear();
    int whole = bound(n);
    int i = 0;
    while (i < whole) {
      int end = Math.min(i + BLOCK, whole);
      block(x, from + i, end - i);
      i = end;
    }
    for (; i < n; i++) {
      double d = x[from + i] - shift;
      first += d;
      second += d * d;
    }
  }

  private void sum(float[] x, float[] dy, int from, float[] gain, int n, float[] later) {
    clear();
    int whole = bound(n);
    int i = 0;
    while (i < whole) {
      int end = Math.min(i + BLOCK, whole);
      block(x, dy, from + i, gain, i, end - i, later);
      i = end;
    }
    for (; i < n; i++) {
      double d = x[from + i] - shift;
      double g = (double) dy[from + i] * gain[i];
      first += d;
      second += d * d;
      grad += g;
      product += g * d;
    }
  }

  private void clear() {
    first = 0;
    second = 0;
    grad = 0;
    product = 0;
  }

  private void block(float[] x, int from, int n) {
    FloatVector near = broadcast(shift);
    FloatVector a = broadcast(0);
    FloatVector b = broadcast(0);
    FloatVector aa = broadcast(0);
    FloatVector bb = broadcast(0);
    int i = 0;
    for (; i <= n - 2 * L; i += 2 * L) {
      FloatVector p = load(x, from + i).sub(near);
      FloatVector q = load(x, from + i + L).sub(near);
      a = a.add(p);
      b = b.add(q);
      aa = p.fma(p, aa);
      bb = q.fma(q, bb);
    }
    if (i < n) {
      FloatVector p = load(x, from + i).sub(near);
      a = a.add(p);
      aa = p.fma(p, aa);
    }
    first += VectorMath.sum(a.add(b));
    second += VectorMath.sum(aa.add(bb));
  }

  private void block(float[] x, float[] dy, int from, float[] gain, int at, int n, float[] later) {
    FloatVector near = broadcast(shift);
    FloatVector a = broadcast(0);
    FloatVector b = broadcast(0);
    FloatVector aa = broadcast(0);
    FloatVector bb = broadcast(0);
    FloatVector brought = broadcast(0);
    FloatVector g = broadcast(0);
    FloatVector h = broadcast(0);
    FloatVector ga = broadcast(0);
    FloatVector hb = broadcast(0);
    int i = 0;
    for (; i <= n - 2 * L; i += 2 * L) {
      FloatVector p = load(x, from + i).sub(near);
      FloatVector u = load(dy, from + i).mul(load(gain, at + i));
      a = a.add(p);
      aa = p.fma(p, aa);
      g = g.add(u);
      ga = u.fma(p, ga);
      FloatVector q = load(x, from + i + L).sub(near);
      FloatVector v = load(dy, from + i + L).mul(load(gain, at + i + L));
      b = b.add(q);
      bb = q.fma(q, bb);
      h = h.add(v);
      hb = v.fma(q, hb);
      brought = brought.add(load(later, from + i)).add(load(later, from + i + L));
    }
    if (i < n) {
      FloatVector p = load(x, from + i).sub(near);
      FloatVector u = load(dy, from + i).mul(load(gain, at + i));
      a = a.add(p);
      aa = p.fma(p, aa);
      g = g.add(u);
      ga = u.fma(p, ga);
    }
    first += VectorMath.sum(a.add(b));
    second += VectorMath.sum(aa.add(bb));
    unused = brought.lane(0);
    grad += VectorMath.sum(g.add(h));
    product += VectorMath.sum(ga.add(hb));
  }
}
