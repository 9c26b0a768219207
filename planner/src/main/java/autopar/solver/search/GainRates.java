package autopar.solver.search;

import java.util.Random;

/**
 * Draws one of several ways to go on, more often the one that gained most per second of late.
 *
 * <p>All are drawn now and then, so that a way comes back when the others run dry.
 */
public final class GainRates {
  private final Random random;
  private final double memory;
  private final double[] gain;
  private final double[] seconds;

  /**
   * @param ways how many there are; each is drawn once before one is drawn again
   * @param memory the part of what was learned of a way that is kept when it is learned anew
   */
  public GainRates(Random random, int ways, double memory) {
    this.random = random;
    this.memory = memory;
    gain = new double[ways];
    seconds = new double[ways];
    for (int i = 0; i < ways; i++) {
      gain[i] = 1;
      seconds[i] = 1e-9 * (i + 1);
    }
  }

  /** The number of a way. */
  public int draw() {
    int drawn = random.nextInt(gain.length);
    if (random.nextInt(4) > 0) {
      for (int i = 0; i < gain.length; i++) {
        if (gain[i] * seconds[drawn] > gain[drawn] * seconds[i]) {
          drawn = i;
        }
      }
    }
    return drawn;
  }

  /** Takes note of what {@code way} gained in so many seconds. */
  public void learn(int way, double gained, double itsSeconds) {
    gain[way] = memory * gain[way] + gained;
    seconds[way] = memory * seconds[way] + itsSeconds;
  }
}
