package autopar.solver.search;

import java.util.Random;

/**
 * Draws the size of the next block, more often those that gained most per second of late.
 *
 * <p>All sizes are tried now and then, so that a size comes back when the others run dry.
 */
final class BlockSizes {
  private static final int[] SIZES = {8, 20, 50, 110, 220, 400};
  private static final double MEMORY = 0.97;

  private final Random random;
  private final double[] gain = new double[SIZES.length];
  private final double[] seconds = new double[SIZES.length];
  private int drawn;

  BlockSizes(Random random) {
    this.random = random;
    for (int i = 0; i < SIZES.length; i++) {
      gain[i] = 1;
      seconds[i] = 1e-9 * (i + 1);
    }
  }

  int draw() {
    drawn = random.nextInt(SIZES.length);
    if (random.nextInt(4) > 0) {
      for (int i = 0; i < SIZES.length; i++) {
        if (gain[i] * seconds[drawn] > gain[drawn] * seconds[i]) {
          drawn = i;
        }
      }
    }
    return SIZES[drawn];
  }

  void learn(double gained, long nanos) {
    gain[drawn] = MEMORY * gain[drawn] + gained;
    seconds[drawn] = MEMORY * seconds[drawn] + nanos * 1e-9;
  }
}
