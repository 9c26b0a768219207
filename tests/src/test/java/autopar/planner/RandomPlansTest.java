package autopar.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Whatever is decided, ranks compute what the unsharded model computes. */
final class RandomPlansTest {

  private static final int PLANS = Integer.getInteger("autopar.randomPlans", 40);
  private static final long FIRST = Long.getLong("autopar.randomPlans.first", 0);
  private static final double TOLERANCE = 1e-5;

  @Test
  void runAsTheReferenceDoes() {
    List<String> wrong =
        LongStream.range(FIRST, FIRST + PLANS)
            .mapToObj(seed -> RandomPlanRun.of(RandomPlan.of(seed)))
            .filter(run -> run.difference() > TOLERANCE)
            .map(RandomPlanRun::text)
            .toList();
    assertThat(wrong).isEmpty();
  }
}
