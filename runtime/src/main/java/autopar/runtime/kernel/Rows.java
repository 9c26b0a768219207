package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.S;
import static autopar.runtime.kernel.VectorMath.bound;
import static autopar.runtime.kernel.VectorMath.broadcast;
import static autopar.runtime.kernel.VectorMath.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Reductions of rows. Lanes are summed in single precision over blocks, and blocks in double, so
 * that long rows stay exact; the order of a sum depends on nothing but its length.
 */
final class Rows {

  private static final int BLOCK = 256 * L;

  private Rows() {}

  static double sum(float[] x, int from, int n) {
    double total = 0;
    int whole = bound(n);
    int i = 0;
    while (i < whole) {
      int end = Math.min(i + BLOCK, whole);
      total += sumVectors(x, from + i, end - i);
      i = end;
    }
    for (; i < n; i++) {
      total += x[from + i];
    }
    return total;
  }

  private static float sumVectors(float[] x, int from, int n) {
    FloatVector a = broadcast(0);
    FloatVector b = broadcast(0);
    FloatVector c = broadcast(0);
    FloatVector d = broadcast(0);
    int i = 0;
    for (; i <= n - 4 * L; i += 4 * L) {
      a = a.add(load(x, from + i));
      b = b.add(load(x, from + i + L));
      c = c.add(load(x, from + i + 2 * L));
      d = d.add(load(x, from + i + 3 * L));
    }
    for (; i < n; i += L) {
      a = a.add(load(x, from + i));
    }
    return VectorMath.sum(a.add(b).add(c.add(d)));
  }

  /** Sum of (x - center)^2. */
  static double squares(float[] x, int from, int n, float center) {
    double total = 0;
    int whole = bound(n);
    int i = 0;
    while (i < whole) {
      int end = Math.min(i + BLOCK, whole);
      total += squareVectors(x, from + i, end - i, center);
      i = end;
    }
    for (; i < n; i++) {
      double d = x[from + i] - center;
      total += d * d;
    }
    return total;
  }

  private static float squareVectors(float[] x, int from, int n, float center) {
    FloatVector middle = broadcast(center);
    FloatVector a = broadcast(0);
    FloatVector b = broadcast(0);
    FloatVector c = broadcast(0);
    FloatVector d = broadcast(0);
    int i = 0;
    for (; i <= n - 4 * L; i += 4 * L) {
      FloatVector p = load(x, from + i).sub(middle);
      FloatVector q = load(x, from + i + L).sub(middle);
      FloatVector r = load(x, from + i + 2 * L).sub(middle);
      FloatVector s = load(x, from + i + 3 * L).sub(middle);
      a = p.fma(p, a);
      b = q.fma(q, b);
      c = r.fma(r, c);
      d = s.fma(s, d);
    }
    for (; i < n; i += L) {
      FloatVector p = load(x, from + i).sub(middle);
      a = p.fma(p, a);
    }
    return VectorMath.sum(a.add(b).add(c.add(d)));
  }

  /** Sum of x y. */
  static double dot(float[] x, int from, float[] y, int at, int n) {
    double total = 0;
    int whole = bound(n);
    int i = 0;
    while (i < whole) {
      int end = Math.min(i + BLOCK, whole);
      total += dotVectors(x, from + i, y, at + i, end - i);
      i = end;
    }
    for (; i < n; i++) {
      total += (double) x[from + i] * y[at + i];
    }
    return total;
  }

  private static float dotVectors(float[] x, int from, float[] y, int at, int n) {
    FloatVector a = broadcast(0);
    FloatVector b = broadcast(0);
    int i = 0;
    for (; i <= n - 2 * L; i += 2 * L) {
      a = load(x, from + i).fma(load(y, at + i), a);
      b = load(x, from + i + L).fma(load(y, at + i + L), b);
    }
    if (i < n) {
      a = load(x, from + i).fma(load(y, at + i), a);
    }
    return VectorMath.sum(a.add(b));
  }

  /** Sum of x y (z - center). */
  static double dot(
      float[] x, int from, float[] y, int at, float[] z, int of, float center, int n) {
    double total = 0;
    int whole = bound(n);
    int i = 0;
    while (i < whole) {
      int end = Math.min(i + BLOCK, whole);
      total += dotVectors(x, from + i, y, at + i, z, of + i, center, end - i);
      i = end;
    }
    for (; i < n; i++) {
      total += (double) x[from + i] * y[at + i] * (z[of + i] - center);
    }
    return total;
  }

  private static float dotVectors(
      float[] x, int from, float[] y, int at, float[] z, int of, float center, int n) {
    FloatVector middle = broadcast(center);
    FloatVector a = broadcast(0);
    FloatVector b = broadcast(0);
    int i = 0;
    for (; i <= n - 2 * L; i += 2 * L) {
      a = load(x, from + i).mul(load(y, at + i)).fma(load(z, of + i).sub(middle), a);
      b = load(x, from + i + L).mul(load(y, at + i + L)).fma(load(z, of + i + L).sub(middle), b);
    }
    if (i < n) {
      a = load(x, from + i).mul(load(y, at + i)).fma(load(z, of + i).sub(middle), a);
    }
    return VectorMath.sum(a.add(b));
  }

  /** The greatest of scale * x; minus infinity for an empty row. */
  static float max(float[] x, int from, int n, float scale) {
    float max = Float.NEGATIVE_INFINITY;
    int whole = bound(n);
    int i = 0;
    if (whole > 0) {
      FloatVector a = broadcast(max);
      FloatVector b = broadcast(max);
      FloatVector c = broadcast(max);
      FloatVector d = broadcast(max);
      for (; i <= n - 4 * L; i += 4 * L) {
        a = a.max(load(x, from + i).mul(scale));
        b = b.max(load(x, from + i + L).mul(scale));
        c = c.max(load(x, from + i + 2 * L).mul(scale));
        d = d.max(load(x, from + i + 3 * L).mul(scale));
      }
      for (; i < whole; i += L) {
        a = a.max(load(x, from + i).mul(scale));
      }
      max = a.max(b).max(c.max(d)).reduceLanes(VectorOperators.MAX);
    }
    for (; i < n; i++) {
      max = Math.max(max, scale * x[from + i]);
    }
    return max;
  }

  /** y = exp(scale * x - shift), and its sum; nothing overflows. */
  static double exponentials(
      float[] x, int from, int n, float scale, float shift, float[] y, int to) {
    double total = 0;
    int whole = bound(n);
    int i = 0;
    while (i < whole) {
      int end = Math.min(i + BLOCK, whole);
      total += exponentialVectors(x, from + i, end - i, scale, shift, y, to + i);
      i = end;
    }
    if (whole == 0) {
      for (; i < n; i++) {
        y[to + i] = (float) Math.exp(scale * x[from + i] - shift);
        total += y[to + i];
      }
    } else if (i < n) {
      VectorMask<Float> inside = S.indexInRange(i, n);
      FloatVector e = exponential(FloatVector.fromArray(S, x, from + i, inside), scale, shift);
      e.intoArray(y, to + i, inside);
      total += VectorMath.sum(broadcast(0).blend(e, inside));
    }
    return total;
  }

  private static float exponentialVectors(
      float[] x, int from, int n, float scale, float shift, float[] y, int to) {
    FloatVector sum = broadcast(0);
    for (int i = 0; i < n; i += L) {
      FloatVector e = exponential(load(x, from + i), scale, shift);
      e.intoArray(y, to + i);
      sum = sum.add(e);
    }
    return VectorMath.sum(sum);
  }

  /** The sum of exp(scale * x - shift); nothing overflows. */
  static double sumOfExponentials(float[] x, int from, int n, float scale, float shift) {
    double total = 0;
    int whole = bound(n);
    int i = 0;
    while (i < whole) {
      int end = Math.min(i + BLOCK, whole);
      total += sumOfExponentialVectors(x, from + i, end - i, scale, shift);
      i = end;
    }
    for (; i < n; i++) {
      total += Math.exp(scale * x[from + i] - shift);
    }
    return total;
  }

  private static float sumOfExponentialVectors(
      float[] x, int from, int n, float scale, float shift) {
    FloatVector sum = broadcast(0);
    for (int i = 0; i < n; i += L) {
      sum = sum.add(exponential(load(x, from + i), scale, shift));
    }
    return VectorMath.sum(sum);
  }

  private static FloatVector exponential(FloatVector x, float scale, float shift) {
    return VectorMath.expBelowOverflow(x.fma(broadcast(scale), broadcast(-shift)));
  }

  static void scale(float[] x, int from, int n, float factor) {
    for (int i = from; i < from + n; i++) {
      x[i] *= factor;
    }
  }

  /** y += x. The compiler makes no vectors of loops over arrays that might be the same. */
  static void add(float[] x, int from, float[] y, int to, int n) {
    int j = 0;
    for (int whole = bound(n); j < whole; j += L) {
      load(y, to + j).add(load(x, from + j)).intoArray(y, to + j);
    }
    for (; j < n; j++) {
      y[to + j] += x[from + j];
    }
  }

  /** y += factor * x. */
  static void addScaled(float[] x, int from, float factor, float[] y, int to, int n) {
    int j = 0;
    for (int whole = bound(n); j < whole; j += L) {
      load(x, from + j).fma(broadcast(factor), load(y, to + j)).intoArray(y, to + j);
    }
    for (; j < n; j++) {
      y[to + j] += factor * x[from + j];
    }
  }

  /** y *= x. */
  static void multiply(float[] x, int from, float[] y, int to, int n) {
    int j = 0;
    for (int whole = bound(n); j < whole; j += L) {
      load(y, to + j).mul(load(x, from + j)).intoArray(y, to + j);
    }
    for (; j < n; j++) {
      y[to + j] *= x[from + j];
    }
  }
}
