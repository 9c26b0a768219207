package autopar.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class Bfloat16Test {

  @Test
  void tiesGoToEven() {
    float[] x = {1, 1 + 0x1p-8f, 1 + 0x1p-8f + 0x1p-20f, 1 + 3 * 0x1p-8f, -1 - 0x1p-8f, 0x1p-133f};
    Bfloat16.round(x);
    assertThat(x).containsExactly(1, 1, 1 + 0x1p-7f, 1 + 0x1p-6f, -1, 0x1p-133f);
  }

  @Test
  void everyPlaceOfALongArrayIsTheNearest() {
    Random random = new Random(1);
    float[] x = new float[1001];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(60) - 30));
    }
    x[3] = Float.NaN;
    x[17] = Float.intBitsToFloat(0x7F800001);
    x[40] = Float.POSITIVE_INFINITY;
    x[41] = Float.MAX_VALUE;
    float[] rounded = x.clone();
    Bfloat16.round(rounded);
    for (int i = 0; i < x.length; i++) {
      if (Float.isNaN(x[i])) {
        assertThat(rounded[i]).isNaN();
      } else if (Math.abs(x[i]) >= Float.MAX_VALUE) {
        assertThat(rounded[i]).isEqualTo(Float.POSITIVE_INFINITY);
      } else {
        assertThat(Float.floatToRawIntBits(rounded[i]) & 0xFFFF).isZero();
        assertThat(Math.abs(rounded[i] - x[i])).isLessThanOrEqualTo(Math.ulp(x[i]) * 0x8000);
      }
    }
  }
}
