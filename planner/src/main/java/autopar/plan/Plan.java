package autopar.plan;

import java.util.List;

/**
 * Everything decided about a step on a cluster; mirrors plan.json.
 *
 * <p>{@code microBatch} samples enter a stage together, over all its data shards; {@code
 * microBatches} is ceil(global batch / micro-batch), the last one ragged. {@code idle} are ranks
 * that no stage uses. The constraints between the parts are those of {@link PlanVerifier}.
 */
public record Plan(
    PlanModel model,
    PlanCluster cluster,
    Workload workload,
    Execution execution,
    int devices,
    long microBatch,
    int microBatches,
    PipelineSchedule schedule,
    List<StagePlan> stages,
    List<Integer> idle,
    PlanHashes hashes,
    List<PlanTensor> tensors,
    List<LayerStrategy> strategies,
    List<LayerPrice> layerPrices,
    PlanPrediction predicted,
    SearchReport search) {

  public Plan {
    stages = List.copyOf(stages);
    idle = List.copyOf(idle);
    tensors = List.copyOf(tensors);
    strategies = List.copyOf(strategies);
    layerPrices = List.copyOf(layerPrices);
  }

  /** The same plan found in {@code wallSeconds}. */
  public Plan withWallSeconds(double wallSeconds) {
    return new Plan(
        model,
        cluster,
        workload,
        execution,
        devices,
        microBatch,
        microBatches,
        schedule,
        stages,
        idle,
        hashes,
        tensors,
        strategies,
        layerPrices,
        predicted,
        search.withWallSeconds(wallSeconds));
  }
}
