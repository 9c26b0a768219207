package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.S;
import static autopar.runtime.kernel.VectorMath.bound;
import static autopar.runtime.kernel.VectorMath.load;

import autopar.runtime.CounterRandom;
import autopar.runtime.Placement;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Dropout, whose mask any shard draws for itself. */
final class DropoutKernels {

  private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, S.vectorShape());

  /** Half as many as numbers in a vector of floats: each draws for two of them. */
  private static final VectorSpecies<Long> LONGS = VectorSpecies.of(long.class, S.vectorShape());

  /** Elements whose mask is drawn at a time, so that memory brings the operands meanwhile. */
  private static final int STRETCH = 16 * L;

  private DropoutKernels() {}

  /** x -> (y, mask). */
  static void forward(
      double rate, FloatTensor x, FloatTensor y, FloatTensor mask, Placement placement) {
    int n = x.lastDim();
    for (int r = 0; r < x.rows() && n > 0; r++) {
      long first = wholeIndex(r, x, placement);
      for (int j = 0; j < n; j += STRETCH) {
        int at = r * n + j;
        int count = Math.min(STRETCH, n - j);
        mask(rate, first + j, 1, mask.data(), at, count, placement);
        keep(rate, x.data(), mask.data(), y.data(), at, count);
      }
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
    int j = 0;
    if (first % 2 != 0 && n > 0) {
      // Vectors begin with the first of two elements that share a draw.
      to[at] = placement.survives(first, rate) ? kept : 0;
      j = 1;
    }
    int whole = bound(n - j);
    if (whole > 0) {
      masks(rate, placement.dropoutKey(), first + j, kept, to, at + j, whole);
    }
    for (j += whole; j < n; j++) {
      to[at + j] = placement.survives(first + j, rate) ? kept : 0;
    }
  }

  /** {@link Placement#survives} by vectors. */
  private static void masks(
      double rate, long key, long first, float kept, float[] to, int at, int n) {
    int least = (int) Placement.leastToSurvive(rate);
    int bits = Float.floatToRawIntBits(kept);
    LongVector steps = LongVector.zero(LONGS).addIndex(1).mul(CounterRandom.STEP);
    long state = CounterRandom.start(key) + (first / 2 + 1) * CounterRandom.STEP;
    long all = L / 2 * CounterRandom.STEP;
    for (int j = 0; j < n; j += L) {
      IntVector draws = mixed(steps.add(state)).reinterpretAsInts();
      state += all;
      VectorMask<Integer> survives = draws.compare(VectorOperators.UGE, least);
      IntVector.zero(INTS).blend(bits, survives).reinterpretAsFloats().intoArray(to, at + j);
    }
  }

  /** What {@link CounterRandom} makes of a state. */
  private static LongVector mixed(LongVector x) {
    LongVector z = x.lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 30));
    z = z.mul(CounterRandom.FIRST_FACTOR);
    z = z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 27));
    z = z.mul(CounterRandom.SECOND_FACTOR);
    return z.lanewise(VectorOperators.XOR, z.lanewise(VectorOperators.LSHR, 31));
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
