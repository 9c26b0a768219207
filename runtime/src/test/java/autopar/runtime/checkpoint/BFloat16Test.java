package autopar.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class BFloat16Test {

  @Test
  void everyNumberOfTheFormatComesBack() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = BFloat16.widen((short) bits);
      if (Float.isNaN(value)) {
        assertThat(BFloat16.widen(BFloat16.round(value))).isNaN();
      } else {
        assertThat(BFloat16.round(value)).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void theNearestIsTakenAndTheEvenOneOfTwo() {
    Random random = new Random(3);
    for (int round = 0; round < 200_000; round++) {
      int bits = random.nextInt();
      // Ties are one in 65,536 of all numbers: half of these are.
      float value = Float.intBitsToFloat(round % 2 == 0 ? bits : bits & 0xFFFF0000 | 0x8000);
      if (!Float.isFinite(value)) {
        continue;
      }
      short rounded = BFloat16.round(value);
      double error = distance(value, rounded);
      double down = distance(value, (short) (rounded - 1));
      double up = distance(value, (short) (rounded + 1));
      assertThat(error).as("%s", value).isLessThanOrEqualTo(Math.min(down, up));
      if (error == Math.min(down, up)) {
        assertThat(rounded & 1).as("%s", value).isZero();
      }
    }
  }

  @Test
  void beyondTheLargestIsInfinityAndNanStaysNan() {
    assertThat(BFloat16.widen(BFloat16.round(Float.MAX_VALUE))).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(BFloat16.widen(BFloat16.round(-Float.MAX_VALUE))).isEqualTo(Float.NEGATIVE_INFINITY);
    assertThat(BFloat16.widen(BFloat16.round(Float.intBitsToFloat(0x7F800001)))).isNaN();
    assertThat(BFloat16.widen(BFloat16.round(Float.intBitsToFloat(0xFFFFFFFF)))).isNaN();
  }

  /** The distance to a bf16 number, infinity taken for the number after the largest. */
  private static double distance(float value, short bits) {
    float other = BFloat16.widen(bits);
    if (Float.isNaN(other)) {
      return Double.POSITIVE_INFINITY;
    }
    double number = Float.isInfinite(other) ? Math.copySign(0x1.0p128, other) : other;
    return Math.abs(value - number);
  }
}
