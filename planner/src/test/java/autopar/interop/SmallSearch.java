package autopar.interop;

import autopar.cluster.Cluster;
import autopar.cluster.SoftwareProfiles;
import autopar.cost.CostModel;
import autopar.intraop.BodyStructure;
import autopar.intraop.BodyStructures;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.schedule.ScheduleKind;
import autopar.strategy.AxisUse;
import autopar.training.Optimizer;
import autopar.training.RecomputeMode;
import autopar.training.TrainingGraph;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The pieces of a search over a small model, which tests turn one by one. */
final class SmallSearch {

  final Graph graph;
  final Cluster cluster;
  final Chain chain;
  final List<BodyStructure> structures;
  final CostModel cost;
  final long globalBatch;
  final LayerPools pools;
  private static final Workpiece.StateBytes BYTES = new Workpiece.StateBytes(2, 2, 12);

  SmallSearch(Graph graph, Cluster cluster, long globalBatch) {
    this.graph = graph;
    this.cluster = cluster;
    this.globalBatch = globalBatch;
    this.chain = new Chain(graph);
    this.structures = BodyStructures.of(TrainingGraph.of(graph));
    this.cost =
        new CostModel(
            cluster, SoftwareProfiles.find(SoftwareProfiles.DEFAULT).orElseThrow(), Precision.BF16);
    this.pools =
        new LayerPools(
            new LayerSolutions(
                chain, structures, Precision.BF16, globalBatch, BYTES.total(), cost));
  }

  Workpiece work(ScheduleKind schedule, double memoryLimit) {
    return work(schedule, List.of(0, 1, 2, 3), List.of(RecomputeMode.values()), memoryLimit);
  }

  Workpiece work(
      ScheduleKind schedule, List<Integer> zero, List<RecomputeMode> recompute, double limit) {
    return work(schedule, zero, recompute, MemoryLimits.everywhere(cluster, limit));
  }

  Workpiece work(ScheduleKind schedule, MemoryLimits limits) {
    return work(schedule, List.of(0, 1, 2, 3), List.of(RecomputeMode.values()), limits);
  }

  private Workpiece work(
      ScheduleKind schedule,
      List<Integer> zero,
      List<RecomputeMode> recompute,
      MemoryLimits limits) {
    return new Workpiece(
        chain,
        cost,
        globalBatch,
        Precision.BF16,
        Optimizer.ADAMW,
        BYTES,
        schedule,
        1,
        AxisUse.DATA_FIRST,
        recompute,
        zero,
        Integer.MAX_VALUE,
        true,
        false,
        limits);
  }

  SearchSpace space() {
    return space(List.of());
  }

  SearchSpace space(List<FixedStage> fixed) {
    return new SearchSpace(
        DeviceLine.of(cluster),
        OptionalInt.empty(),
        OptionalInt.empty(),
        fixed.isEmpty() ? OptionalInt.empty() : OptionalInt.of(fixed.size()),
        OptionalInt.empty(),
        fixed,
        false);
  }

  MeshCatalog catalog() {
    return new MeshCatalog(DeviceLine.of(cluster));
  }

  static Map<String, Long> sizes(long layers, long seq, long hidden, long heads) {
    return Map.of("layers", layers, "seq", seq, "hidden", hidden, "heads", heads);
  }
}
