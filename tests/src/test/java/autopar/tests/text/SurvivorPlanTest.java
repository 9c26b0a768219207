package autopar.tests.text;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.cluster.Cluster;
import autopar.cluster.Clusters;
import autopar.ir.graph.Graph;
import autopar.plan.PlanHashes;
import autopar.planner.PlanOptions;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.ProgressListener;
import autopar.training.Optimizer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A damaged model that is still a model gets a verified plan, or a reason why there is none. */
final class SurvivorPlanTest {
  private static final Path HOME = Path.of(System.getProperty("autopar.home"));
  private static final int PLANNED = 200;

  private final Cluster cluster = Clusters.named(HOME, "a800").truncatedTo(2);
  private int plans;
  private int refusals;

  @Test
  void survivorsArePlannedOrRefusedWithReasons() {
    List<String> models = MutationRun.models(HOME);
    MutationRun.of(models, 77, 3_000, this::plan);

    assertThat(plans + refusals).isEqualTo(PLANNED);
    assertThat(plans).as("some fit two devices").isGreaterThan(20);
    assertThat(refusals).as("some do not").isGreaterThan(5);
  }

  private void plan(Graph graph) {
    if (plans + refusals == PLANNED) {
      return;
    }
    PlanRequest request =
        new PlanRequest(
            graph,
            cluster,
            graph.defaultBatch(),
            cluster.device().bestPrecision(),
            Optimizer.ADAMW,
            PlanOptions.DEFAULT,
            new PlanHashes("0".repeat(64), "1".repeat(64)),
            ProgressListener.SILENT);
    switch (Planner.price(request)) {
      case PlanOutcome.Planned planned -> {
        plans++;
        assertThat(planned.plan().predicted().stepSeconds()).isPositive().isFinite();
      }
      case PlanOutcome.NoPlan none -> {
        refusals++;
        assertThat(none.reasons()).isNotEmpty();
      }
    }
  }
}
