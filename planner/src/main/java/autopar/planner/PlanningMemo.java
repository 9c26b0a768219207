package autopar.planner;

import autopar.cluster.Cluster;
import autopar.cluster.SoftwareProfile;
import autopar.cost.CostModel;
import autopar.interop.Chain;
import autopar.interop.LayerSolutions;
import autopar.interop.Workpiece;
import autopar.intraop.BodyStructure;
import autopar.intraop.BodyStructures;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.training.LowerAttention;
import autopar.training.TrainingGraph;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What planning works out about a model before it searches, kept so that requests that ask about
 * the same model share it. Answers do not depend on what is kept. May be used by several threads.
 */
public final class PlanningMemo {

  /** A model as it is trained. */
  record Trained(Graph graph, TrainingGraph training, List<BodyStructure> structures) {}

  private record TrainedKey(Graph graph, AttentionKind attention) {}

  /** All that solved layers depend on; memory is not in it, it only restricts. */
  private record SolutionKey(
      Graph graph,
      AttentionKind attention,
      Cluster cluster,
      SoftwareProfile software,
      Precision precision,
      long globalBatch,
      double stateBytes) {}

  private final ConcurrentMap<TrainedKey, Trained> trained = new ConcurrentHashMap<>();
  private final ConcurrentMap<SolutionKey, LayerSolutions> solutions = new ConcurrentHashMap<>();

  Trained trained(Graph graph, AttentionKind attention) {
    return trained.computeIfAbsent(
        new TrainedKey(graph, attention),
        key -> {
          Graph lowered =
              attention == AttentionKind.UNFUSED ? LowerAttention.unfused(graph) : graph;
          TrainingGraph training = TrainingGraph.of(lowered);
          return new Trained(lowered, training, BodyStructures.of(training));
        });
  }

  LayerSolutions solutions(
      PlanRequest request,
      AttentionKind attention,
      Chain chain,
      List<BodyStructure> structures,
      Workpiece work) {
    CostModel cost = work.cost();
    SolutionKey key =
        new SolutionKey(
            request.graph(),
            attention,
            request.cluster().withMemory(0),
            cost.software(),
            request.precision(),
            request.globalBatch(),
            work.parameterBytes().total());
    return solutions.computeIfAbsent(
        key,
        k ->
            new LayerSolutions(
                chain,
                structures,
                request.precision(),
                request.globalBatch(),
                work.parameterBytes().total(),
                cost));
  }
}
