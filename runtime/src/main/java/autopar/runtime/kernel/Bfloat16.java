package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.S;
import static autopar.runtime.kernel.VectorMath.bound;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The 16 high bits of a float: sign, 8 bits of exponent, 7 of mantissa. */
public final class Bfloat16 {

  private Bfloat16() {}

  /** Rounds every element to the nearest such number, ties to even; NaN stays NaN. */
  public static void round(float[] data) {
    int whole = bound(data.length);
    for (int i = 0; i < whole; i += L) {
      round(FloatVector.fromArray(S, data, i)).intoArray(data, i);
    }
    for (int i = whole; i < data.length; i++) {
      data[i] = round(data[i]);
    }
  }

  private static FloatVector round(FloatVector x) {
    IntVector bits = x.reinterpretAsInts();
    IntVector even = bits.lanewise(VectorOperators.LSHR, 16).and(1);
    FloatVector rounded = bits.add(0x7FFF).add(even).and(0xFFFF0000).reinterpretAsFloats();
    VectorMask<Float> nan = x.test(VectorOperators.IS_NAN);
    return rounded.blend(Float.NaN, nan);
  }

  private static float round(float x) {
    if (Float.isNaN(x)) {
      return Float.NaN;
    }
    int bits = Float.floatToRawIntBits(x);
    return Float.intBitsToFloat((bits + 0x7FFF + ((bits >>> 16) & 1)) & 0xFFFF0000);
  }
}
