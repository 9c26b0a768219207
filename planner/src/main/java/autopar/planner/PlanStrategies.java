package autopar.planner;

import autopar.interop.Chain;
import autopar.interop.LayerRun;
import autopar.interop.PricedStage;
import autopar.intraop.BodyStructure;
import autopar.intraop.ChosenShardings;
import autopar.ir.graph.Node;
import autopar.ir.graph.Section;
import autopar.ir.graph.Value;
import autopar.plan.LayerRange;
import autopar.plan.LayerStrategy;
import autopar.strategy.AxisCode;
import java.util.ArrayList;
import java.util.List;

/** Writes down how every node of a stage is split, one entry per run of equal layers and chunk. */
final class PlanStrategies {

  private static final String UNSPLIT = "";

  private final Chain chain;
  private final List<BodyStructure> structures;
  private final List<String> axes;

  PlanStrategies(Chain chain, List<BodyStructure> structures, List<String> axes) {
    this.chain = chain;
    this.structures = structures;
    this.axes = axes;
  }

  /**
   * The strategy of the instances [from, to) of a section under {@code chosen}.
   *
   * @param boundaryCode sharding of what flows between the layers of the stage
   */
  LayerStrategy of(
      int index,
      int chunk,
      LayerRun run,
      LayerRange instances,
      PricedStage stage,
      ChosenShardings chosen) {
    Section section = chain.graph().sections().get(run.section());
    BodyStructure structure = structures.get(run.section());
    List<LayerStrategy.NodeStrategy> nodes = new ArrayList<>();
    for (Node node : structure.body().nodes()) {
      nodes.add(
          new LayerStrategy.NodeStrategy(
              node.name(), factors(structure, node.id(), chosen.factorOfAxis()[node.id()])));
    }
    List<LayerStrategy.HubStrategy> hubs = new ArrayList<>();
    for (int h = 0; h < structure.hubs(); h++) {
      Value value = structure.body().value(structure.hubValue(h));
      int rank = value.type().rank();
      int[] codes = chosen.hubs()[h];
      hubs.add(
          new LayerStrategy.HubStrategy(
              value.name(),
              AxisCode.dims(codes[0], rank, axes),
              AxisCode.dims(codes[1], rank, axes),
              names(AxisCode.partialAxes(codes[1]))));
    }
    return new LayerStrategy(
        index,
        chunk,
        run.section(),
        section instanceof Section.Repeat repeat ? repeat.block() : "",
        instances,
        run.recompute(),
        boundary(stage.boundaryCode()),
        nodes,
        hubs);
  }

  private List<String> factors(BodyStructure structure, int node, int[] factorOfAxis) {
    List<String> names = new ArrayList<>();
    for (int factor : factorOfAxis) {
      names.add(factor < 0 ? UNSPLIT : structure.rule(node).factors().get(factor).name());
    }
    return names;
  }

  private List<Integer> boundary(int code) {
    List<Integer> dims = new ArrayList<>();
    for (int axis = 0; axis < axes.size(); axis++) {
      dims.add(AxisCode.splits(code, axis) ? AxisCode.at(code, axis) : -1);
    }
    return dims;
  }

  private List<String> names(int mask) {
    List<String> names = new ArrayList<>();
    for (int axis = 0; axis < axes.size(); axis++) {
      if ((mask & 1 << axis) != 0) {
        names.add(axes.get(axis));
      }
    }
    return names;
  }
}
