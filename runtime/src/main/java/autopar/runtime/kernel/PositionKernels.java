package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.bound;
import static autopar.runtime.kernel.VectorMath.load;

import autopar.ir.op.AlibiBias;
import autopar.ir.op.RelativePositionBuckets;
import autopar.runtime.Placement;
import jdk.incubator.vector.FloatVector;

/** Ops that know positions. */
final class PositionKernels {

  /** Positions whose angles are kept, so that samples are read in long stretches. */
  private static final int ANGLES = 16;

  private PositionKernels() {}

  /**
   * Rotation of x [.., positions, heads, d] by {@code direction} times the angle. Angles of a
   * position follow from those of the one before, in double precision.
   */
  static void rope(double theta, FloatTensor x, int direction, FloatTensor y, Placement placement) {
    int rank = x.rank();
    int half = x.lastDim() / 2;
    int heads = x.shape()[rank - 2];
    int positions = x.shape()[rank - 3];
    if (x.size() == 0) {
      return;
    }
    int samples = x.size() / (positions * heads * half * 2);
    Rotation rotation = new Rotation(theta, half, direction, placement.offset("d" + (rank - 3)));
    for (int first = 0; first < positions; first += ANGLES) {
      int count = Math.min(ANGLES, positions - first);
      rotation.next(count);
      for (int s = 0; s < samples; s++) {
        int at = (s * positions + first) * heads * half * 2;
        for (int p = 0; p < count; p++) {
          at = rotate(x.data(), at, heads, half, rotation, p * half, y.data());
        }
      }
    }
  }

  /** Rotates the heads of one position from {@code at} on, and returns where the next begins. */
  private static int rotate(
      float[] x, int at, int heads, int half, Rotation rotation, int angles, float[] y) {
    for (int n = 0; n < heads; n++) {
      rotate(x, at + n * half * 2, half, rotation.cosine, rotation.sine, angles, y);
    }
    return at + heads * half * 2;
  }

  private static void rotate(
      float[] x, int at, int half, float[] cosine, float[] sine, int angles, float[] y) {
    int i = 0;
    for (int whole = bound(half); i < whole; i += L) {
      FloatVector a = load(x, at + i);
      FloatVector b = load(x, at + half + i);
      FloatVector c = load(cosine, angles + i);
      FloatVector s = load(sine, angles + i);
      a.mul(c).sub(b.mul(s)).intoArray(y, at + i);
      a.mul(s).add(b.mul(c)).intoArray(y, at + half + i);
    }
    for (; i < half; i++) {
      float a = x[at + i];
      float b = x[at + half + i];
      y[at + i] = a * cosine[angles + i] - b * sine[angles + i];
      y[at + half + i] = a * sine[angles + i] + b * cosine[angles + i];
    }
  }

  /** Cosines and sines of position * theta^(-2 i / d), some positions at a time. */
  private static final class Rotation {
    final float[] cosine;
    final float[] sine;
    private final double[] c;
    private final double[] s;
    private final double[] stepC;
    private final double[] stepS;

    Rotation(double theta, int half, int direction, int first) {
      cosine = new float[ANGLES * half];
      sine = new float[ANGLES * half];
      c = new double[half];
      s = new double[half];
      stepC = new double[half];
      stepS = new double[half];
      for (int i = 0; i < half; i++) {
        double step = direction * Math.pow(theta, -(double) i / half);
        c[i] = Math.cos(first * step);
        s[i] = Math.sin(first * step);
        stepC[i] = Math.cos(step);
        stepS[i] = Math.sin(step);
      }
    }

    /** Stores the angles of the next {@code count} positions. */
    void next(int count) {
      int at = 0;
      for (int p = 0; p < count; p++) {
        for (int i = 0; i < c.length; i++) {
          cosine[at] = (float) c[i];
          sine[at++] = (float) s[i];
          double next = c[i] * stepC[i] - s[i] * stepS[i];
          s[i] = s[i] * stepC[i] + c[i] * stepS[i];
          c[i] = next;
        }
      }
    }
  }

  static void alibi(AlibiBias op, FloatTensor y, Placement placement) {
    int wholeHeads = Math.toIntExact(op.heads().count());
    int[] shape = y.shape();
    int at = 0;
    for (int h = 0; h < shape[0]; h++) {
      double slope = slope(placement.offset("d0") + h, wholeHeads);
      for (int q = 0; q < shape[1]; q++) {
        int distance = placement.offset("d1") + q - placement.offset("d2");
        for (int k = 0; k < shape[2]; k++) {
          y.data()[at++] = (float) (-slope * (distance - k));
        }
      }
    }
  }

  /** Slopes of the greatest power of two below, then every other one of the next power. */
  private static double slope(int head, int heads) {
    int power = Integer.highestOneBit(heads);
    return head < power
        ? Math.pow(2, -8.0 * (head + 1) / power)
        : Math.pow(2, -8.0 * (2 * (head - power) + 1) / (2 * power));
  }

  static void positions(FloatTensor y, Placement placement) {
    for (int i = 0; i < y.size(); i++) {
      y.data()[i] = placement.offset("d0") + i;
    }
  }

  static void buckets(RelativePositionBuckets op, FloatTensor y, Placement placement) {
    int at = 0;
    for (int q = 0; q < y.shape()[0]; q++) {
      int query = placement.offset("d0") + q;
      for (int k = 0; k < y.shape()[1]; k++) {
        y.data()[at++] = bucket(op, placement.offset("d1") + k - query);
      }
    }
  }

  private static long bucket(RelativePositionBuckets op, long relative) {
    long buckets = op.bidirectional() ? op.buckets() / 2 : op.buckets();
    long base = op.bidirectional() && relative > 0 ? buckets : 0;
    long distance = op.bidirectional() ? Math.abs(relative) : Math.max(-relative, 0);
    long exact = buckets / 2;
    if (distance < exact) {
      return base + distance;
    }
    double logarithmic =
        Math.log((double) distance / exact)
            / Math.log((double) op.maxDistance() / exact)
            * (buckets - exact);
    return base + Math.min(exact + (long) logarithmic, buckets - 1);
  }
}
