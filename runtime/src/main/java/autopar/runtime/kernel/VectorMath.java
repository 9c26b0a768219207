package autopar.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Functions of vectors. The reduction of exp and the polynomial of tanh are those of Cephes (S.
 * Moshier, expf.c and tanhf.c); errors are below 2e-7 of the value.
 */
final class VectorMath {

  static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

  /** Numbers in a vector. */
  static final int L = S.length();

  /**
   * Vectors are slow until C2 has compiled their loops, which a short run of many ranks on few
   * cores never gets to: there every loop is scalar.
   */
  private static final boolean SCALAR = Boolean.getBoolean("autopar.scalar");

  private static final float LOG2_E = 1.44269504088896341f;
  private static final float LN2_HIGH = 0.693359375f;
  private static final float LN2_LOW = -2.12194440e-4f;

  /** Adding it rounds to an integer, which is then in the low bits. */
  private static final float ROUND = 12582912f;

  /** Below, exp is less than the smallest normal number and becomes 0. */
  private static final float EXP_LOW = -87.33f;

  private static final float EXP_HIGH = 88.72f;
  static final float ROOT_2_PI = 0.3989422804f;
  static final float TANH_SCALE = 0.7978845608f;
  static final float TANH_CUBIC = 0.044715f;

  /** Coefficients of {@link #tail}. */
  static final float TAIL_0 = 7.2908366e-1f;

  static final float TAIL_1 = -5.0933218e-1f;
  static final float TAIL_2 = 2.3001966e-1f;
  static final float TAIL_3 = -4.7257677e-2f;
  static final float TAIL_4 = -1.0482273e-2f;
  static final float TAIL_5 = 6.9306912e-3f;
  static final float TAIL_6 = 1.0831991e-3f;
  static final float TAIL_7 = -9.1144937e-4f;
  static final float TAIL_8 = -2.7484353e-4f;

  private static final VectorShuffle<Float> BY_8 = rotation(8);
  private static final VectorShuffle<Float> BY_4 = rotation(4);
  private static final VectorShuffle<Float> BY_2 = rotation(2);
  private static final VectorShuffle<Float> BY_1 = rotation(1);

  private VectorMath() {}

  private static VectorShuffle<Float> rotation(int lanes) {
    return VectorShuffle.fromOp(S, i -> (i + lanes) % L);
  }

  /**
   * The sum of all lanes in one order, as the order of {@code reduceLanes} depends on what is
   * compiled when.
   */
  static float sum(FloatVector x) {
    FloatVector v = x;
    if (L > 8) {
      v = v.add(v.rearrange(BY_8));
    }
    if (L > 4) {
      v = v.add(v.rearrange(BY_4));
    }
    if (L > 2) {
      v = v.add(v.rearrange(BY_2));
    }
    if (L > 1) {
      v = v.add(v.rearrange(BY_1));
    }
    return v.lane(0);
  }

  /** Of {@code n} elements, how many at the front are taken a vector at a time. */
  static int bound(int n) {
    return SCALAR ? 0 : S.loopBound(n);
  }

  static FloatVector broadcast(float x) {
    return FloatVector.broadcast(S, x);
  }

  static FloatVector load(float[] x, int i) {
    return FloatVector.fromArray(S, x, i);
  }

  /** e^x. */
  static FloatVector exp(FloatVector x) {
    return expBelowOverflow(x)
        .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, EXP_HIGH));
  }

  /**
   * e^x where it does not exceed the largest number: 2^n e^r with |r| below ln(2) / 2, and e^r = 1
   * + r + r^2 p(r) with p fitted for the least relative error, 3e-9.
   */
  static FloatVector expBelowOverflow(FloatVector x) {
    FloatVector shifted = x.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, ROUND));
    FloatVector n = shifted.sub(ROUND);
    FloatVector r = n.fma(FloatVector.broadcast(S, -LN2_HIGH), x);
    r = n.fma(FloatVector.broadcast(S, -LN2_LOW), r);
    FloatVector p =
        r.fma(FloatVector.broadcast(S, 1.3814539e-3f), FloatVector.broadcast(S, 8.368745e-3f));
    p = p.fma(r, FloatVector.broadcast(S, 4.166839e-2f));
    p = p.fma(r, FloatVector.broadcast(S, 1.6666521e-1f));
    p = p.fma(r, FloatVector.broadcast(S, 4.9999994e-1f));
    p = p.fma(r.mul(r), r).add(1);
    FloatVector scaled =
        p.reinterpretAsInts()
            .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
            .reinterpretAsFloats();
    return scaled.blend(0, x.lt(EXP_LOW));
  }

  /** 1 / (1 + e^-x). */
  static FloatVector sigmoid(FloatVector x) {
    return FloatVector.broadcast(S, 1).div(exp(x.neg()).add(1));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector z = x.mul(x);
    FloatVector p =
        z.fma(
            FloatVector.broadcast(S, -5.70498872745E-3f),
            FloatVector.broadcast(S, 2.06390887954E-2f));
    p = p.fma(z, FloatVector.broadcast(S, -5.37397155531E-2f));
    p = p.fma(z, FloatVector.broadcast(S, 1.33314422036E-1f));
    p = p.fma(z, FloatVector.broadcast(S, -3.33332819422E-1f));
    FloatVector small = p.mul(z).fma(x, x);
    FloatVector large =
        FloatVector.broadcast(S, 1).sub(FloatVector.broadcast(S, 2).div(exp(x.add(x)).add(1)));
    return large.blend(small, x.abs().lt(0.625f));
  }

  /** e^(-x^2 / 2), the normal density times the square root of 2 pi. */
  private static FloatVector bell(FloatVector x) {
    return expBelowOverflow(x.mul(x).mul(-0.5f));
  }

  /**
   * P(X > |x|) of a standard normal variable over e^(-x^2 / 2), from a polynomial in (|x| - 3) /
   * (|x| + 3) fitted for the least relative error up to |x| = 14.
   */
  private static FloatVector tail(FloatVector x) {
    FloatVector size = x.abs();
    FloatVector q = FloatVector.broadcast(S, 1).div(size.add(3));
    FloatVector t = size.sub(3).mul(q);
    FloatVector p = t.fma(FloatVector.broadcast(S, TAIL_8), FloatVector.broadcast(S, TAIL_7));
    p = p.fma(t, FloatVector.broadcast(S, TAIL_6));
    p = p.fma(t, FloatVector.broadcast(S, TAIL_5));
    p = p.fma(t, FloatVector.broadcast(S, TAIL_4));
    p = p.fma(t, FloatVector.broadcast(S, TAIL_3));
    p = p.fma(t, FloatVector.broadcast(S, TAIL_2));
    p = p.fma(t, FloatVector.broadcast(S, TAIL_1));
    p = p.fma(t, FloatVector.broadcast(S, TAIL_0));
    return p.mul(q);
  }

  /** P(X <= x) from e^(-x^2 / 2). */
  private static FloatVector distribution(FloatVector x, FloatVector bell) {
    FloatVector beyond = bell.mul(tail(x));
    return beyond.blend(FloatVector.broadcast(S, 1).sub(beyond), x.compare(VectorOperators.GT, 0));
  }

  /** x P(X <= x). */
  static FloatVector gelu(FloatVector x) {
    return x.mul(distribution(x, bell(x)));
  }

  static FloatVector geluSlope(FloatVector x) {
    FloatVector bell = bell(x);
    return x.mul(bell).fma(FloatVector.broadcast(S, ROOT_2_PI), distribution(x, bell));
  }

  /** (1 + tanh(u)) / 2 is the sigmoid of 2 u. */
  private static FloatVector tanhGate(FloatVector x) {
    FloatVector inner =
        x.mul(x).fma(FloatVector.broadcast(S, TANH_CUBIC), FloatVector.broadcast(S, 1)).mul(x);
    return sigmoid(inner.mul(2 * TANH_SCALE));
  }

  static FloatVector geluTanh(FloatVector x) {
    return x.mul(tanhGate(x));
  }

  static FloatVector geluTanhSlope(FloatVector x) {
    FloatVector s = tanhGate(x);
    FloatVector du =
        x.mul(x)
            .fma(
                FloatVector.broadcast(S, 3 * TANH_CUBIC * 2 * TANH_SCALE),
                FloatVector.broadcast(S, 2 * TANH_SCALE));
    return x.mul(s).mul(FloatVector.broadcast(S, 1).sub(s)).fma(du, s);
  }

  static FloatVector siluSlope(FloatVector x) {
    FloatVector s = sigmoid(x);
    return s.mul(x.mul(FloatVector.broadcast(S, 1).sub(s)).add(1));
  }
}
