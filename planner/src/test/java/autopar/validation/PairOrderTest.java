package autopar.validation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Pairs of measurements that differ by more than their noise have an order. */
final class PairOrderTest {

  @Test
  void onlyPairsBeyondTheNoiseCount() {
    double[] measured = {1.00, 1.02, 2.0, 3.0};
    double[] noise = {0.02, 0.02, 0.02, 0.02};
    // 1.00 and 1.02 are the same; the two slow ones are predicted the other way round.
    PairOrder order = PairOrder.of(new double[] {1.1, 1.0, 3.1, 2.9}, measured, noise);
    assertThat(order).isEqualTo(new PairOrder(5, 1));
    assertThat(order.right()).isEqualTo(0.8);
  }

  @Test
  void equalPredictionsOfDifferentThingsAreNoOrder() {
    PairOrder order =
        PairOrder.of(new double[] {1, 1}, new double[] {1, 2}, new double[] {0.01, 0.01});
    assertThat(order).isEqualTo(new PairOrder(1, 1));
  }

  @Test
  void nothingToOrderIsRight() {
    assertThat(PairOrder.of(new double[1], new double[1], new double[1]).right()).isEqualTo(1);
  }
}
