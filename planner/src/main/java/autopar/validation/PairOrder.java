package autopar.validation;

/**
 * Whether predictions put things in the order in which they were measured, pair by pair. Pairs
 * whose measurements differ by less than their noise have no order and count on neither side, while
 * a rank correlation counts them as if they had one.
 *
 * @param pairs that differ by more than their noise
 * @param inverted of these, those predicted the other way round, or as equal
 */
public record PairOrder(int pairs, int inverted) {

  /**
   * Compares all pairs.
   *
   * @param noise of each measurement, as a fraction of it
   */
  public static PairOrder of(double[] predicted, double[] measured, double[] noise) {
    int pairs = 0;
    int inverted = 0;
    for (int i = 0; i < measured.length; i++) {
      for (int j = 0; j < i; j++) {
        double doubt = Math.hypot(noise[i] * measured[i], noise[j] * measured[j]);
        double difference = measured[i] - measured[j];
        if (Math.abs(difference) > doubt) {
          pairs++;
          inverted += (predicted[i] - predicted[j]) * difference <= 0 ? 1 : 0;
        }
      }
    }
    return new PairOrder(pairs, inverted);
  }

  /** Part of the pairs that are predicted in their order, 1 where there are none. */
  public double right() {
    return pairs == 0 ? 1 : 1 - (double) inverted / pairs;
  }
}
