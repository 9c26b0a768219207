package autopar.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.ir.op.BatchNorm;
import autopar.ir.op.GroupNorm;
import autopar.ir.op.Op;
import autopar.runtime.Placement;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Statistics that are taken in one pass over memory are those of two passes. */
final class ChannelNormKernelsTest {

  private static final double EPS = 1e-5;

  /** A vector or two, four rows at a time and a rest of both. */
  private static final int CHANNELS = 35;

  private static final int ROWS = 4099;

  @Test
  void channelsFarFromZero() {
    check(row -> 1000);
  }

  /** What is summed about the mean of the first rows would lose five digits. */
  @Test
  void channelsThatBeginFarFromTheirMean() {
    check(row -> row < 16 ? 0 : 1000);
  }

  /** Channels of a group lie about means of their own. */
  @Test
  void groupsOfChannelsApart() {
    FloatTensor x = drawn(row -> 3);
    for (int i = 0; i < x.size(); i++) {
      x.data()[i] += 100 * (i % CHANNELS);
    }
    FloatTensor mean = FloatTensor.zeros(1, 7);
    FloatTensor deviation = FloatTensor.zeros(1, 7);
    run(new GroupNorm(7, EPS), x, mean, deviation);
    for (int g = 0; g < 7; g++) {
      compare(x, 5 * g, 5, mean.data()[g], deviation.data()[g]);
    }
  }

  private interface Level {
    double of(int row);
  }

  private static void check(Level level) {
    FloatTensor x = drawn(level);
    FloatTensor mean = FloatTensor.zeros(CHANNELS);
    FloatTensor deviation = FloatTensor.zeros(CHANNELS);
    run(new BatchNorm(EPS), x, mean, deviation);
    for (int c = 0; c < CHANNELS; c++) {
      compare(x, c, 1, mean.data()[c], deviation.data()[c]);
    }
  }

  private static FloatTensor drawn(Level level) {
    FloatTensor x = FloatTensor.zeros(1, ROWS, CHANNELS);
    Random random = new Random(1);
    for (int i = 0; i < x.size(); i++) {
      x.data()[i] = (float) (level.of(i / CHANNELS) + random.nextGaussian());
    }
    return x;
  }

  private static void run(Op op, FloatTensor x, FloatTensor mean, FloatTensor deviation) {
    FloatTensor gain = FloatTensor.zeros(CHANNELS);
    FloatTensor y = FloatTensor.zeros(x.shape());
    new FloatKernels(new VectorProduct())
        .run(op, List.of(x, gain, gain), List.of(y, mean, deviation), Placement.whole(1));
  }

  /** In double precision, of channels {@code from} to {@code from + n}. */
  private static void compare(FloatTensor x, int from, int n, float mean, float deviation) {
    double sum = 0;
    double squares = 0;
    for (int pass = 0; pass < 2; pass++) {
      for (int r = 0; r < ROWS; r++) {
        for (int c = from; c < from + n; c++) {
          double v = x.data()[r * CHANNELS + c];
          if (pass == 0) {
            sum += v;
          } else {
            squares += (v - sum / ROWS / n) * (v - sum / ROWS / n);
          }
        }
      }
    }
    double expected = 1 / Math.sqrt(squares / ROWS / n + EPS);
    assertThat((double) mean).isCloseTo(sum / ROWS / n, within(1e-6 * Math.abs(sum / ROWS / n)));
    assertThat((double) deviation).isCloseTo(expected, within(2e-6 * expected));
  }
}
