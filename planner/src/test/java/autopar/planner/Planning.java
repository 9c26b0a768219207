package autopar.planner;

import autopar.cluster.Cluster;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.plan.Plan;
import autopar.plan.PlanHashes;
import autopar.samples.SampleClusters;
import autopar.training.Optimizer;

/** Short ways to ask the planner. */
final class Planning {

  private static final PlanHashes HASHES = new PlanHashes("0".repeat(64), "1".repeat(64));

  private Planning() {}

  static PlanOutcome ask(Graph graph, Cluster cluster, long batch, PlanOptions options) {
    return Planner.plan(request(graph, cluster, batch, options));
  }

  static PlanOutcome ask(Graph graph, int devices, long batch, String force) {
    return Planner.plan(request(graph, devices, batch, force));
  }

  static PlanRequest request(Graph graph, int devices, long batch, String force) {
    return request(
        graph,
        SampleClusters.shipped("a800", devices),
        batch,
        PlanOptions.DEFAULT.withForced(ForceParser.parse(force)));
  }

  static PlanRequest request(Graph graph, Cluster cluster, long batch, PlanOptions options) {
    return new PlanRequest(
        graph,
        cluster,
        batch,
        Precision.BF16,
        Optimizer.ADAMW,
        options,
        HASHES,
        ProgressListener.SILENT);
  }

  /** The plan; an error with the reasons where there is none. */
  static Plan plan(PlanOutcome outcome) {
    return switch (outcome) {
      case PlanOutcome.Planned planned -> planned.plan();
      case PlanOutcome.NoPlan none -> throw new AssertionError(none.toString());
    };
  }

  static Plan plan(Graph graph, int devices, long batch, String force) {
    return plan(ask(graph, devices, batch, force));
  }
}
