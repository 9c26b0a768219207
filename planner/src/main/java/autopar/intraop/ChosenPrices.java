package autopar.intraop;

import autopar.cost.Collective;
import autopar.cost.CostModel;
import autopar.ir.graph.Node;
import autopar.ir.type.Precision;
import autopar.ir.type.TensorType;
import autopar.strategy.AxisUse;
import autopar.strategy.PricedMesh;
import autopar.strategy.ReshardPrice;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.List;

/**
 * What one layer costs under a chosen option, piece by piece: seconds per micro-batch of each
 * node's kernels and of each collective between variables.
 *
 * <p>The sums over a layer are those of its {@link LayerOption}. Shardings are {@link
 * autopar.strategy.AxisCode}s.
 */
public record ChosenPrices(List<Operation> operations, List<Flow> flows) {

  /**
   * One node: {@code forward} seconds of its kernel, {@code backward} of those that differentiate
   * it, and the all-reduces that finish its internal reductions ({@code statistics}, both passes).
   * {@code again} is true when the recompute mode runs it a second time.
   */
  public record Operation(
      int node,
      double forward,
      double backward,
      double forwardStatistics,
      double backwardStatistics,
      boolean again,
      int[] operands,
      int[] results) {}

  /**
   * A value on its way from a variable to another (nodes, then hubs, then the boundary), with the
   * collectives that bring it there, and those that bring its gradient back.
   */
  public record Flow(
      int from,
      int to,
      int value,
      List<ReshardPrice.Move> forward,
      List<ReshardPrice.Move> backward,
      boolean again) {}

  /** What recomputation runs again: the nodes it needs, whole layers, or nothing. */
  public enum Repeated {
    NODES,
    LAYERS,
    NOTHING
  }

  public ChosenPrices {
    operations = List.copyOf(operations);
    flows = List.copyOf(flows);
  }

  /**
   * Prices {@code option} once more, kernel by kernel.
   *
   * @param boundaryCode sharding of what enters and leaves the layer
   * @param repeated which work {@code mode} runs again
   */
  public static ChosenPrices of(
      BodyStructure structure,
      PricedMesh mesh,
      long batch,
      Precision precision,
      AxisUse use,
      int boundaryCode,
      LayerOption option,
      RecomputeMode mode,
      Repeated repeated,
      CostModel cost) {
    LayerProblem problem =
        new LayerProblem(structure, mesh, batch, precision, use, new int[] {boundaryCode}, cost);
    int[] choice = option.choice().clone();
    choice[structure.boundary()] = 0;
    boolean all = repeated == Repeated.LAYERS && mode == RecomputeMode.FULL;
    boolean some = repeated != Repeated.NOTHING;
    List<Operation> operations = new ArrayList<>();
    for (Node node : structure.body().nodes()) {
      int i = node.id();
      int s = choice[i];
      operations.add(
          new Operation(
              i,
              problem.forward[i][s],
              problem.backward[i][s],
              problem.forwardStatistics[i][s],
              problem.backwardStatistics[i][s],
              all || (some && structure.recomputes(mode, i)),
              problem.strategies[i].operand()[s].clone(),
              problem.strategies[i].result()[s].clone()));
    }
    List<Flow> flows = new ArrayList<>();
    for (int e = 0; e < structure.edges().size(); e++) {
      BodyStructure.Edge edge = structure.edges().get(e);
      long from = problem.produced(edge, choice[edge.from()]);
      long to = problem.consumed(edge, choice[edge.to()]);
      TensorType type = structure.body().value(edge.value()).type();
      double bytes = (double) type.elements(batch) * type.element().bytes(precision);
      flows.add(
          new Flow(
              edge.from(),
              edge.to(),
              edge.value(),
              problem
                  .reshard()
                  .route(ShardingClasses.unpackValue(from), ShardingClasses.unpackValue(to), bytes),
              edge.gradient()
                  ? problem
                      .reshard()
                      .route(
                          ShardingClasses.unpackGradient(to),
                          ShardingClasses.unpackGradient(from),
                          bytes)
                  : List.of(),
              all || (some && structure.repeats(mode, e))));
    }
    return new ChosenPrices(operations, flows);
  }

  /** Seconds of the layer's collectives per micro-batch, repeated ones twice, by kind. */
  public double[] communicationSeconds() {
    double[] seconds = new double[Collective.values().length];
    for (Operation o : operations) {
      seconds[Collective.ALL_REDUCE.ordinal()] +=
          (o.again ? 2 : 1) * o.forwardStatistics + o.backwardStatistics;
    }
    for (Flow flow : flows) {
      flow.forward.forEach(m -> seconds[m.kind().ordinal()] += (flow.again ? 2 : 1) * m.seconds());
      flow.backward.forEach(m -> seconds[m.kind().ordinal()] += m.seconds());
    }
    return seconds;
  }
}
