package autopar.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A tile of four rows and two vectors, for products with hardly any rows.
 *
 * <p>Every sum is a variable of its own, so that all of them stay in registers; that is why the
 * loop over the tile is written out.
 */
final class FourRowTile {

  static final int ROWS = 4;

  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();

  private FourRowTile() {}

  /**
   * Adds a product of ROWS x {@code k} and {@code k} x two vectors to a tile of c, or stores it.
   *
   * @param a ROWS numbers per step of k
   * @param ldb distance of the two vectors of one step of k to those of the next
   */
  static void multiply(
      int k,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      int ldb,
      float[] c,
      int cOffset,
      int ldc,
      boolean accumulate) {
    FloatVector x0 = FloatVector.zero(S);
    FloatVector y0 = FloatVector.zero(S);
    FloatVector x1 = FloatVector.zero(S);
    FloatVector y1 = FloatVector.zero(S);
    FloatVector x2 = FloatVector.zero(S);
    FloatVector y2 = FloatVector.zero(S);
    FloatVector x3 = FloatVector.zero(S);
    FloatVector y3 = FloatVector.zero(S);
    for (int p = 0; p < k; p++) {
      int at = aOffset + p * ROWS;
      FloatVector x = FloatVector.fromArray(S, b, bOffset + p * ldb);
      FloatVector y = FloatVector.fromArray(S, b, bOffset + p * ldb + L);
      FloatVector s = FloatVector.broadcast(S, a[at + 0]);
      x0 = s.fma(x, x0);
      y0 = s.fma(y, y0);
      s = FloatVector.broadcast(S, a[at + 1]);
      x1 = s.fma(x, x1);
      y1 = s.fma(y, y1);
      s = FloatVector.broadcast(S, a[at + 2]);
      x2 = s.fma(x, x2);
      y2 = s.fma(y, y2);
      s = FloatVector.broadcast(S, a[at + 3]);
      x3 = s.fma(x, x3);
      y3 = s.fma(y, y3);
    }
    int to = cOffset;
    if (accumulate) {
      x0.add(FloatVector.fromArray(S, c, to)).intoArray(c, to);
      y0.add(FloatVector.fromArray(S, c, to + L)).intoArray(c, to + L);
      to += ldc;
      x1.add(FloatVector.fromArray(S, c, to)).intoArray(c, to);
      y1.add(FloatVector.fromArray(S, c, to + L)).intoArray(c, to + L);
      to += ldc;
      x2.add(FloatVector.fromArray(S, c, to)).intoArray(c, to);
      y2.add(FloatVector.fromArray(S, c, to + L)).intoArray(c, to + L);
      to += ldc;
      x3.add(FloatVector.fromArray(S, c, to)).intoArray(c, to);
      y3.add(FloatVector.fromArray(S, c, to + L)).intoArray(c, to + L);
      return;
    }
    x0.intoArray(c, to);
    y0.intoArray(c, to + L);
    to += ldc;
    x1.intoArray(c, to);
    y1.intoArray(c, to + L);
    to += ldc;
    x2.intoArray(c, to);
    y2.intoArray(c, to + L);
    to += ldc;
    x3.intoArray(c, to);
    y3.intoArray(c, to + L);
  }
}
