package autopar.explain;

import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.plan.Plan;
import autopar.plan.PlanHashes;
import autopar.planner.ForceParser;
import autopar.planner.PlanOptions;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.ProgressListener;
import autopar.samples.SampleClusters;
import autopar.samples.SampleGraphs;
import autopar.training.Optimizer;
import java.util.Map;

/** Small plans to explain. */
final class Samples {
  static final Graph GPT =
      SampleGraphs.shipped("gpt", Map.of("layers", 6L, "seq", 512L, "hidden", 1024L, "heads", 16L));

  private Samples() {}

  static PlanRequest request(int devices, String force) {
    return new PlanRequest(
        GPT,
        SampleClusters.shipped("a800", devices),
        64,
        Precision.BF16,
        Optimizer.ADAMW,
        PlanOptions.DEFAULT.withForced(ForceParser.parse(force)),
        new PlanHashes("0".repeat(64), "1".repeat(64)),
        ProgressListener.SILENT);
  }

  static Plan plan(int devices, String force) {
    return plan(Planner.price(request(devices, force)));
  }

  static Plan plan(PlanOutcome outcome) {
    return switch (outcome) {
      case PlanOutcome.Planned planned -> planned.plan();
      case PlanOutcome.NoPlan none -> throw new AssertionError(none.toString());
    };
  }

  static Subject subject(int devices, String force) {
    return new Subject(plan(devices, force), request(devices, force), force);
  }
}
