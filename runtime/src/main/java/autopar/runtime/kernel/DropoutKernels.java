package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.S;
import static autopar.runtime.kernel.VectorMath.bound;
import static autopar.runtime.kernel.VectorMath.load;

import autopar.runtime.CounterRandom;
import autopar.runtime.Placement;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Dropout, whose mask any shard draws for itself. */
final class DropoutKernels {

  /** Half as many as numbers in a vector of floats. */
  private static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, S.vectorShape());

  private DropoutKernels() {}

  /** x -> (y, mask). */
  static void forward(
      double rate, FloatTensor x, FloatTensor y, FloatTensor mask, Placement placement) {
    int n = x.lastDim();
    for (int r = 0; r < x.rows() && n > 0; r++) {
      mask(rate, wholeIndex(r, x, placement), 1, mask.data(), r * n, n, placement);
      keep(rate, x.data(), mask.data(), y.data(), r * n, n);
    }
  }

  /** Index in the whole tensor of the first element of row {@code r} of the shard {@code x}. */
  private static long wholeIndex(int r, FloatTensor x, Placement placement) {
    int rest = r;
    long whole = 0;
    long stride = 1;
    for (int d = x.rank() - 1; d >= 0; d--) {
      String factor = "d" + d;
      int extent = x.shape()[d];
      int index = 0;
      if (d < x.rank() - 1) {
        index = rest % extent;
        rest /= extent;
      }
      whole += (placement.offset(factor) + (long) index) * stride;
      stride *= placement.extent(factor, extent);
    }
    return whole;
  }

  /** Writes {@code kept} where elements from {@code first} on survive, and 0 elsewhere. */
  static void mask(
      double rate, long first, float kept, float[] to, int at, int n, Placement placement) {
    int whole = bound(n);
    if (whole > 0) {
      masks(rate, CounterRandom.start(placement.dropoutKey()), first, kept, to, at, whole);
    }
    for (int j = whole; j < n; j++) {
      to[at + j] = placement.survives(first + j, rate) ? kept : 0;
    }
  }

  /** {@link Placement#survives} by vectors; an element survives when its 53 bits reach the rate. */
  private static void masks(
      double rate, long start, long first, float kept, float[] to, int at, int n) {
    long least = (long) Math.ceil(rate * 0x1p53);
    LongVector steps = LongVector.zero(LONGS).addIndex(1).mul(CounterRandom.STEP);
    long state = start + (first + 1) * CounterRandom.STEP;
    long half = L / 2 * CounterRandom.STEP;
    for (int j = 0; j < n; j += L) {
      long low = mixed(steps.add(state)).compare(VectorOperators.GE, least).toLong();
      state += half;
      long high = mixed(steps.add(state)).compare(VectorOperators.GE, least).toLong();
      state += half;
      VectorMask<Float> survives = VectorMask.fromLong(S, low | high << L / 2);
      FloatVector.zero(S).blend(kept, survives).intoArray(to, at + j);
    }
  }

  /** The 53 high bits of what {@link CounterRandom} makes of a state. */
  private static LongVector mixed(LongVector x) {
    LongVector z = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 30));
    z = z.mul(CounterRandom.FIRST_FACTOR);
    z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 27));
    z = z.mul(CounterRandom.SECOND_FACTOR);
    z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 31));
    return z.lanewise(VectorOperators.LSHR, 11);
  }

  /** (dy, mask) -> dx. */
  static void grad(double rate, float[] dy, float[] mask, float[] dx) {
    keep(rate, dy, mask, dx, 0, dx.length);
  }

  private static void keep(double rate, float[] x, float[] mask, float[] y, int at, int n) {
    float kept = (float) (1 / (1 - rate));
    int i = at;
    for (int whole = at + bound(n); i < whole; i += L) {
      load(x, i).mul(load(mask, i).mul(kept)).intoArray(y, i);
    }
    for (; i < at + n; i++) {
      y[i] = x[i] * (mask[i] * kept);
    }
  }
}
