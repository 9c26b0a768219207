package autopar.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Moments taken in one pass stay as exact as those about the mean. */
final class RowMomentsTest {

  private static final int WIDTH = 9_001;
  private static final double EPS = 1e-5;

  private final Random random = new Random(5);

  @Test
  void aMeanFarFromZeroDoesNotCancelTheVariance() {
    check(row(1000, 1));
  }

  @Test
  void firstElementsFarFromTheMeanDoNotCancelTheVariance() {
    float[] row = row(-3, 0.5);
    for (int i = 0; i < 16; i++) {
      row[i] = 60;
    }
    check(row);
  }

  @Test
  void aRowOfOneValueHasNoVariance() {
    float[] row = new float[WIDTH];
    Arrays.fill(row, 12.34f);
    RowMoments moments = RowMoments.of(tensor(row), EPS, true);
    moments.row(0);
    assertThat(moments.center).isCloseTo(12.34f, within(1e-6f));
    assertThat(moments.factor).isCloseTo((float) (1 / Math.sqrt(EPS)), within(0.01f));
  }

  @Test
  void squaresThatAreNotCenteredAreAboutZero() {
    float[] row = row(4, 1);
    double square = 0;
    for (float x : row) {
      square += (double) x * x / WIDTH;
    }
    RowMoments moments = RowMoments.of(tensor(row), EPS, false);
    moments.row(0);
    assertThat(moments.center).isZero();
    assertThat((double) moments.factor).isCloseTo(1 / Math.sqrt(square + EPS), within(1e-7));
  }

  private float[] row(double mean, double deviation) {
    float[] row = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      row[i] = (float) (mean + deviation * random.nextGaussian());
    }
    return row;
  }

  private static FloatTensor tensor(float[] row) {
    return new FloatTensor(new int[] {1, row.length}, row);
  }

  /** Against sums in double precision about the mean, forward and backward. */
  private void check(float[] x) {
    float[] dy = row(0.2, 1);
    float[] gain = row(1, 0.1);
    double mean = 0;
    for (float v : x) {
      mean += (double) v / WIDTH;
    }
    double variance = 0;
    double meanG = 0;
    double meanGx = 0;
    for (int i = 0; i < WIDTH; i++) {
      double d = x[i] - mean;
      double g = (double) dy[i] * gain[i];
      variance += d * d / WIDTH;
      meanG += g / WIDTH;
      meanGx += g * d / WIDTH;
    }
    double factor = 1 / Math.sqrt(variance + EPS);
    RowMoments moments = RowMoments.of(tensor(x), EPS, true);
    moments.row(0);
    assertThat((double) moments.center)
        .isCloseTo(mean, within(1e-7 * Math.abs(mean) + 1e-6 / factor));
    assertThat((double) moments.factor).isCloseTo(factor, within(2e-6 * factor));
    moments.gradRow(0, dy, gain, new float[WIDTH]);
    assertThat((double) moments.factor).isCloseTo(factor, within(2e-6 * factor));
    assertThat(moments.meanG).isCloseTo(meanG, within(2e-6));
    assertThat(moments.meanGx).isCloseTo(meanGx, within(1e-5 / factor));
  }
}
