package autopar.runtime.checkpoint;

/** The upper half of an fp32 number: sign, 8 bits of exponent, 7 bits of mantissa. */
final class BFloat16 {

  private BFloat16() {}

  /** The nearest bf16 number, ties to even; beyond the largest is infinity, NaN stays NaN. */
  static short round(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      // The payload's upper bits may be all zero, which would read as infinity.
      return (short) (bits >>> 16 | 0x40);
    }
    int halfOrJustBelow = 0x7FFF + (bits >>> 16 & 1);
    return (short) (bits + halfOrJustBelow >>> 16);
  }

  static float widen(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
