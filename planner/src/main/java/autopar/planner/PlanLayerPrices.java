package autopar.planner;

import autopar.cost.Collective;
import autopar.interop.LayerRun;
import autopar.interop.PricedStage;
import autopar.interop.Workpiece;
import autopar.intraop.BodyStructure;
import autopar.intraop.ChosenPrices;
import autopar.intraop.LayerOption;
import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.graph.Section;
import autopar.ir.graph.Value;
import autopar.ir.op.OpText;
import autopar.plan.Dtype;
import autopar.plan.LayerPrice;
import autopar.plan.LayerRange;
import autopar.plan.ShardingNotation;
import autopar.strategy.AxisCode;
import autopar.strategy.PricedMesh;
import autopar.strategy.ReshardPrice;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes down what the layers of a plan cost, once for all layers that cost the same. */
final class PlanLayerPrices {

  private record Key(PricedMesh mesh, int boundary, int section, LayerOption option, int mode) {}

  private final Workpiece work;
  private final List<BodyStructure> structures;
  private final long microBatch;
  private final List<String> axes;
  private final Map<Key, ChosenPrices> known = new HashMap<>();
  private final Map<LayerPrice, List<LayerPrice.Use>> uses = new LinkedHashMap<>();

  PlanLayerPrices(
      Workpiece work, List<BodyStructure> structures, long microBatch, List<String> axes) {
    this.work = work;
    this.structures = structures;
    this.microBatch = microBatch;
    this.axes = axes;
  }

  /** Adds the instances of a section that run as {@code run} on a stage. */
  void add(int index, int chunk, LayerRun run, LayerRange instances, PricedStage stage) {
    LayerPrice price = written(run, stage, prices(run, stage));
    uses.computeIfAbsent(price, p -> new ArrayList<>())
        .add(new LayerPrice.Use(index, chunk, run.section(), instances));
  }

  /** Everything added so far, in the order in which it first appeared. */
  List<LayerPrice> all() {
    List<LayerPrice> all = new ArrayList<>();
    uses.forEach((price, where) -> all.add(price.withUses(where)));
    return all;
  }

  /** Seconds of the collectives inside a stage's layers per micro-batch, by kind. */
  double[] communicationSeconds(PricedStage stage) {
    double[] seconds = new double[Collective.values().length];
    for (LayerRun run : stage.runs()) {
      double[] one = prices(run, stage).communicationSeconds();
      for (int kind = 0; kind < seconds.length; kind++) {
        seconds[kind] += run.count() * one[kind];
      }
    }
    return seconds;
  }

  private ChosenPrices prices(LayerRun run, PricedStage stage) {
    RecomputeMode mode = run.recompute();
    Key key =
        new Key(stage.mesh(), stage.boundaryCode(), run.section(), run.option(), mode.ordinal());
    return known.computeIfAbsent(
        key,
        k ->
            ChosenPrices.of(
                structures.get(run.section()),
                stage.mesh(),
                microBatch,
                work.precision(),
                work.axisUse(),
                stage.boundaryCode(),
                run.option(),
                mode,
                repeated(run.section()),
                work.cost()));
  }

  private ChosenPrices.Repeated repeated(int section) {
    if (!work.cost().software().wholeLayers()) {
      return ChosenPrices.Repeated.NODES;
    }
    boolean layer = work.chain().graph().sections().get(section) instanceof Section.Repeat;
    return layer ? ChosenPrices.Repeated.LAYERS : ChosenPrices.Repeated.NOTHING;
  }

  private LayerPrice written(LayerRun run, PricedStage stage, ChosenPrices prices) {
    BodyStructure structure = structures.get(run.section());
    Body body = structure.body();
    List<LayerPrice.Operation> operations = new ArrayList<>();
    for (ChosenPrices.Operation o : prices.operations()) {
      Node node = body.nodes().get(o.node());
      operations.add(
          new LayerPrice.Operation(
              node.name(),
              OpText.expression(
                  node.op(), node.operands().stream().map(v -> body.value(v).name()).toList()),
              operands(structure, node.operands(), o.operands()),
              operands(structure, node.results(), o.results()),
              o.forward() + o.forwardStatistics(),
              o.backward() + o.backwardStatistics(),
              o.again()));
    }
    List<LayerPrice.Flow> flows = new ArrayList<>();
    for (ChosenPrices.Flow f : prices.flows()) {
      flows.add(
          new LayerPrice.Flow(
              body.value(f.value()).name(),
              end(structure, f.from(), LayerPrice.IN),
              end(structure, f.to(), LayerPrice.OUT),
              moves(f.forward()),
              moves(f.backward()),
              f.again()));
    }
    return new LayerPrice(List.of(), operations, flows);
  }

  private static String end(BodyStructure structure, int variable, String outside) {
    if (variable < structure.nodes()) {
      return structure.body().nodes().get(variable).name();
    }
    return variable == structure.boundary()
        ? outside
        : LayerPrice.SHARED
            + structure.body().value(structure.hubValue(variable - structure.nodes())).name();
  }

  private List<LayerPrice.Operand> operands(
      BodyStructure structure, List<Integer> values, int[] codes) {
    List<LayerPrice.Operand> operands = new ArrayList<>();
    for (int k = 0; k < values.size(); k++) {
      Value value = structure.body().value(values.get(k));
      int id = value.id();
      int rank = value.type().rank();
      String type =
          ShardingNotation.of(
              Dtype.of(value.type().element(), work.precision()),
              value.type().shape().stream().map(e -> e.at(microBatch)).toList(),
              AxisCode.dims(codes[k], rank, axes),
              names(AxisCode.partialAxes(codes[k])));
      boolean weight = structure.parameters().stream().anyMatch(p -> p.value() == id);
      operands.add(new LayerPrice.Operand(value.name(), type, weight));
    }
    return operands;
  }

  private List<LayerPrice.Move> moves(List<ReshardPrice.Move> route) {
    return route.stream()
        .map(m -> new LayerPrice.Move(m.kind(), names(m.mask()), m.bytes(), m.seconds()))
        .toList();
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
