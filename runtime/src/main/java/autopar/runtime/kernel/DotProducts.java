package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.S;
import static autopar.runtime.kernel.VectorMath.bound;

import jdk.incubator.vector.FloatVector;

/** Dot products of one row with the rows of a matrix, four at a time. */
final class DotProducts {

  private DotProducts() {}

  /** c[j] = a . b[j], or c[j] += a . b[j], for {@code n} rows of {@code k} elements. */
  static void row(
      int n,
      int k,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      int ldb,
      float[] c,
      int cOffset,
      boolean accumulate) {
    int j = 0;
    for (; j <= n - 4; j += 4) {
      int to = cOffset + j;
      if (!accumulate) {
        c[to] = 0;
        c[to + 1] = 0;
        c[to + 2] = 0;
        c[to + 3] = 0;
      }
      four(k, a, aOffset, b, bOffset + j * ldb, ldb, c, to);
    }
    for (; j < n; j++) {
      float sum = of(k, a, aOffset, b, bOffset + j * ldb);
      c[cOffset + j] = accumulate ? c[cOffset + j] + sum : sum;
    }
  }

  private static void four(int k, float[] a, int i, float[] b, int j, int ldb, float[] c, int to) {
    int j1 = j + ldb;
    int j2 = j1 + ldb;
    int j3 = j2 + ldb;
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int p = 0;
    int whole = bound(k);
    if (whole > 0) {
      FloatVector v0 = FloatVector.zero(S);
      FloatVector v1 = FloatVector.zero(S);
      FloatVector v2 = FloatVector.zero(S);
      FloatVector v3 = FloatVector.zero(S);
      for (; p < whole; p += L) {
        FloatVector x = FloatVector.fromArray(S, a, i + p);
        v0 = x.fma(FloatVector.fromArray(S, b, j + p), v0);
        v1 = x.fma(FloatVector.fromArray(S, b, j1 + p), v1);
        v2 = x.fma(FloatVector.fromArray(S, b, j2 + p), v2);
        v3 = x.fma(FloatVector.fromArray(S, b, j3 + p), v3);
      }
      s0 = VectorMath.sum(v0);
      s1 = VectorMath.sum(v1);
      s2 = VectorMath.sum(v2);
      s3 = VectorMath.sum(v3);
    }
    for (; p < k; p++) {
      float x = a[i + p];
      s0 += x * b[j + p];
      s1 += x * b[j1 + p];
      s2 += x * b[j2 + p];
      s3 += x * b[j3 + p];
    }
    c[to] += s0;
    c[to + 1] += s1;
    c[to + 2] += s2;
    c[to + 3] += s3;
  }

  /** a . b over {@code k} elements. */
  static float of(int k, float[] a, int i, float[] b, int j) {
    float sum = 0;
    int p = 0;
    int whole = bound(k);
    if (whole > 0) {
      FloatVector v0 = FloatVector.zero(S);
      FloatVector v1 = FloatVector.zero(S);
      for (; p <= k - 2 * L; p += 2 * L) {
        v0 = FloatVector.fromArray(S, a, i + p).fma(FloatVector.fromArray(S, b, j + p), v0);
        v1 = FloatVector.fromArray(S, a, i + p + L).fma(FloatVector.fromArray(S, b, j + p + L), v1);
      }
      for (; p < whole; p += L) {
        v0 = FloatVector.fromArray(S, a, i + p).fma(FloatVector.fromArray(S, b, j + p), v0);
      }
      sum = VectorMath.sum(v0.add(v1));
    }
    for (; p < k; p++) {
      sum += a[i + p] * b[j + p];
    }
    return sum;
  }
}
