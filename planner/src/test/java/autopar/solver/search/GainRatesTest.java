package autopar.solver.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class GainRatesTest {
  @Test
  void theWayThatGainsMostPerSecondIsDrawnMost() {
    GainRates rates = new GainRates(new Random(1), 3, 0.5);
    int[] drawn = draw(rates, 400, new double[] {1, 3, 2}, new double[] {1, 10, 1});
    // a quarter of the draws are spread over all ways
    assertThat(drawn[2]).isGreaterThan(300);
    assertThat(drawn[0]).isPositive();
    assertThat(drawn[1]).isPositive();
  }

  @Test
  void aWayComesBackWhenTheOthersRunDry() {
    GainRates rates = new GainRates(new Random(2), 2, 0.5);
    draw(rates, 100, new double[] {5, 1}, new double[] {1, 1});
    int[] later = draw(rates, 400, new double[] {0, 1}, new double[] {1, 1});
    assertThat(later[1]).isGreaterThan(300);
  }

  private static int[] draw(GainRates rates, int times, double[] gain, double[] seconds) {
    int[] drawn = new int[gain.length];
    for (int i = 0; i < times; i++) {
      int way = rates.draw();
      drawn[way]++;
      rates.learn(way, gain[way], seconds[way]);
    }
    return drawn;
  }
}
