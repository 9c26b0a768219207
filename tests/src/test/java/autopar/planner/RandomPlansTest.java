package autopar.planner;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.plan.PlanVerifier;
import autopar.plan.PlanViolation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * Whatever is decided, ranks compute what the unsharded model computes: a wrong factor rule,
 * gradient, reshard or schedule shows here, also one that no good plan would use. {@code
 * -Dautopar.randomPlans=300} runs more of them, {@code -Dautopar.randomPlans.first=17} starts at
 * another seed.
 */
final class RandomPlansTest {

  private static final int PLANS = Integer.getInteger("autopar.randomPlans", 40);
  private static final long FIRST = Long.getLong("autopar.randomPlans.first", 0);
  private static final int SECONDS = 60;

  @Test
  void computeWhatTheUnshardedModelComputes() throws InterruptedException {
    List<String> wrong = new ArrayList<>();
    for (long seed = FIRST; seed < FIRST + PLANS; seed++) {
      RandomPlan plan = RandomPlan.of(seed);
      String found = finding(plan);
      if (!found.isEmpty()) {
        wrong.add(plan.description() + ": " + found);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void areSoundPlans() {
    for (long seed = FIRST; seed < FIRST + PLANS; seed++) {
      RandomPlan plan = RandomPlan.of(seed);
      List<PlanViolation> violations = PlanVerifier.verify(plan.plan());
      assertThat(violations).as(plan.description()).isEmpty();
    }
  }

  /** What is wrong with a plan's run, or nothing. Ranks that wait for each other are found too. */
  private static String finding(RandomPlan plan) throws InterruptedException {
    CompletableFuture<String> running = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            running.complete(difference(plan));
          } catch (RuntimeException | Error e) {
            running.completeExceptionally(e);
          }
        });
    try {
      return running.get(SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return "does not end";
    } catch (ExecutionException e) {
      return e.getCause() + " at " + e.getCause().getStackTrace()[0];
    }
  }

  private static String difference(RandomPlan plan) {
    RandomPlanRun run = RandomPlanRun.of(plan, plan.seed() % 2 == 1);
    return run.isEqual() ? "" : run.place();
  }
}
