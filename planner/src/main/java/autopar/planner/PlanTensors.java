package autopar.planner;

import autopar.interop.Chain;
import autopar.interop.LayerRange;
import autopar.interop.LayerRun;
import autopar.interop.PricedStage;
import autopar.interop.Workpiece;
import autopar.intraop.BodyStructure;
import autopar.intraop.ChosenShardings;
import autopar.ir.graph.Body;
import autopar.ir.graph.Section;
import autopar.ir.graph.Value;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.plan.Dtype;
import autopar.plan.LayerStrategy;
import autopar.plan.PlanTensor;
import autopar.plan.SavedActivation;
import autopar.plan.TensorKind;
import autopar.plan.TensorPhase;
import autopar.strategy.AxisCode;
import autopar.training.OptimizerState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lists the tensors of a stage: every parameter with its gradient and optimizer states, and the
 * activations of one layer of each kind.
 */
final class PlanTensors {

  private final Workpiece work;
  private final List<BodyStructure> structures;
  private final long microBatch;
  private final List<String> axes;
  private int[] axisSizes = {};
  private final List<PlanTensor> tensors = new ArrayList<>();
  private final List<LayerStrategy> strategies = new ArrayList<>();
  private final PlanLayerPrices prices;
  private final Set<String> listed = new HashSet<>();

  PlanTensors(Workpiece work, List<BodyStructure> structures, long microBatch, List<String> axes) {
    this.work = work;
    this.structures = structures;
    this.microBatch = microBatch;
    this.axes = axes;
    this.prices = new PlanLayerPrices(work, structures, microBatch, axes);
  }

  /** What the layers of the stages listed so far cost. */
  PlanLayerPrices prices() {
    return prices;
  }

  /** The tensors of {@code stage}; {@code inFlight} micro-batches of each chunk are held. */
  List<PlanTensor> of(int index, PricedStage stage, int[] inFlight) {
    tensors.clear();
    axisSizes = stage.mesh().sizes();
    listed.clear();
    Chain chain = work.chain();
    for (int s = chain.sections() - 1; s >= 0; s--) {
      Section section = chain.graph().sections().get(s);
      int next = 0;
      List<int[]> instances = instances(chain, s, stage);
      for (LayerRun run : stage.runs()) {
        if (run.section() == s) {
          List<int[]> own = instances.subList(next, next + run.count());
          list(index, stage, section, s, run, own, inFlight);
          next += run.count();
        }
      }
    }
    return List.copyOf(tensors);
  }

  /** How every node of the stages listed so far is split, in the order of the layers. */
  List<LayerStrategy> strategies() {
    List<LayerStrategy> sorted = new ArrayList<>(strategies);
    sorted.sort(
        Comparator.comparingInt(LayerStrategy::stage)
            .thenComparingInt(LayerStrategy::chunk)
            .thenComparingInt(LayerStrategy::section)
            .thenComparingInt(s -> s.instances().from()));
    return sorted;
  }

  /** (instance of the section, chunk) pairs that the stage holds, in order. */
  private static List<int[]> instances(Chain chain, int section, PricedStage stage) {
    List<int[]> found = new ArrayList<>();
    for (int chunk = 0; chunk < stage.layers().size(); chunk++) {
      LayerRange range = stage.layers().get(chunk);
      int first = Math.max(0, range.from() - chain.firstUnit(section));
      int count = chain.count(section, range.from(), range.to());
      for (int i = 0; i < count; i++) {
        found.add(new int[] {first + i, chunk});
      }
    }
    return found;
  }

  private void list(
      int index,
      PricedStage stage,
      Section section,
      int sectionIndex,
      LayerRun run,
      List<int[]> instances,
      int[] inFlight) {
    BodyStructure structure = structures.get(sectionIndex);
    ChosenShardings chosen =
        ChosenShardings.of(
            structure,
            stage.mesh().sizes(),
            microBatch,
            work.axisUse(),
            stage.boundaryCode(),
            run.option());
    List<List<OfParameter>> parameters = new ArrayList<>();
    for (BodyStructure.ParameterUse parameter : structure.parameters()) {
      parameters.add(ofParameter(index, stage, structure.body(), parameter, chosen));
    }
    for (int[] instance : instances) {
      for (int p = 0; p < parameters.size(); p++) {
        int value = structure.parameters().get(p).value();
        String name = name(section, structure.body(), instance[0], value);
        if (listed.add(name)) {
          parameters.get(p).forEach(one -> tensors.add(one.of(name)));
        }
      }
    }
    for (int chunk = 0; chunk < inFlight.length; chunk++) {
      int c = chunk;
      List<int[]> own = instances.stream().filter(i -> i[1] == c).toList();
      if (!own.isEmpty()) {
        SavedActivation saved =
            new SavedActivation(chunk, own.size(), inFlight[chunk], run.recompute());
        listActivations(index, section, structure, own.getFirst()[0], run, chosen, saved);
        autopar.plan.LayerRange range =
            new autopar.plan.LayerRange(own.getFirst()[0], own.getLast()[0] + 1);
        strategies.add(
            new PlanStrategies(work.chain(), structures, axes.subList(0, axisSizes.length))
                .of(index, chunk, run, range, stage, chosen));
        prices.add(index, chunk, run, range, stage);
      }
    }
  }

  /** A parameter or what is kept for it: {@code function}(parameter), or "" for itself. */
  private record OfParameter(String function, PlanTensor tensor) {
    PlanTensor of(String parameter) {
      return tensor.withName(function.isEmpty() ? parameter : function + "(" + parameter + ")");
    }
  }

  /** A parameter, its gradient and optimizer states, as every layer of a stage has them. */
  private List<OfParameter> ofParameter(
      int index,
      PricedStage stage,
      Body body,
      BodyStructure.ParameterUse use,
      ChosenShardings chosen) {
    TensorType type = body.value(use.value()).type();
    int code = chosen.values()[use.value()];
    int replicas = chosen.gradientAxes()[use.value()];
    Dtype compute = Dtype.of(type.element(), work.precision());
    List<List<String>> sharding = AxisCode.dims(code, type.rank(), axes);
    List<Long> shape = shape(type);
    boolean trainable = use.trainable();
    boolean stored = trainable && stage.zero() >= 3 && replicas != 0;
    List<OfParameter> all = new ArrayList<>();
    all.add(
        new OfParameter(
            "",
            new PlanTensor(
                "",
                index,
                TensorKind.PARAMETER,
                shape,
                compute,
                sharding,
                List.of(),
                TensorPhase.FORWARD,
                stored ? Optional.of(scattered(type, code, replicas)) : Optional.empty(),
                List.of(),
                Optional.empty())));
    if (!trainable) {
      return all;
    }
    boolean sharded = stage.zero() >= 2;
    boolean fp32Gradients = work.parameterBytes().gradient() == 4;
    all.add(
        new OfParameter(
            "grad",
            new PlanTensor(
                "",
                index,
                TensorKind.GRADIENT,
                shape,
                fp32Gradients ? Dtype.FP32 : compute,
                sharded ? scattered(type, code, replicas) : sharding,
                sharded ? List.of() : names(replicas),
                TensorPhase.BACKWARD,
                Optional.empty(),
                List.of(),
                Optional.empty())));
    List<List<String>> states = stage.zero() >= 1 ? scattered(type, code, replicas) : sharding;
    for (OptimizerState.StateTensor state :
        OptimizerState.of(work.optimizer(), work.precision(), fp32Gradients).tensors()) {
      Optional<List<Integer>> dims = state.dims(type.rank());
      if (dims.isPresent()) {
        all.add(
            new OfParameter(
                state.name(),
                PlanTensor.of(
                    "",
                    index,
                    TensorKind.OPTIMIZER,
                    dims.get().stream().map(shape::get).toList(),
                    Dtype.FP32,
                    dims.get().stream().map(states::get).toList(),
                    TensorPhase.UPDATE)));
      }
    }
    return all;
  }

  private void listActivations(
      int index,
      Section section,
      BodyStructure structure,
      int instance,
      LayerRun run,
      ChosenShardings chosen,
      SavedActivation saved) {
    Body body = structure.body();
    for (Value value : body.values()) {
      boolean keeps = structure.saves(run.recompute(), value.id());
      boolean parameter = structure.parameters().stream().anyMatch(p -> p.value() == value.id());
      boolean argument = body.arguments().contains(value.id());
      if (parameter || !value.type().batched() || (argument && !keeps)) {
        continue;
      }
      tensors.add(
          new PlanTensor(
              name(section, body, instance, value.id()),
              index,
              TensorKind.ACTIVATION,
              shape(value.type()),
              Dtype.of(value.type().element(), work.precision()),
              AxisCode.dims(chosen.values()[value.id()], value.type().rank(), axes),
              List.of(),
              TensorPhase.FORWARD,
              Optional.empty(),
              List.of(),
              keeps ? Optional.of(saved) : Optional.empty()));
    }
  }

  /** The sharding of a state that ZeRO also splits over {@code replicas}, on its longest shard. */
  private List<List<String>> scattered(TensorType type, int code, int replicas) {
    List<List<String>> dims = new ArrayList<>();
    for (List<String> dim : AxisCode.dims(code, type.rank(), axes)) {
      dims.add(new ArrayList<>(dim));
    }
    if (replicas != 0 && !dims.isEmpty()) {
      dims.get(longestShard(type, dims)).addAll(names(replicas));
    }
    return dims;
  }

  /** The dimension whose shards are longest: splitting it further wastes least on rounding. */
  private int longestShard(TensorType type, List<List<String>> dims) {
    int longest = 0;
    long length = -1;
    for (int d = 0; d < dims.size(); d++) {
      long shards = 1;
      for (String axis : dims.get(d)) {
        shards *= axisSizes[axes.indexOf(axis)];
      }
      long own = Math.ceilDiv(type.shape().get(d).count(), shards);
      if (own > length) {
        length = own;
        longest = d;
      }
    }
    return longest;
  }

  private List<String> names(int mask) {
    List<String> names = new ArrayList<>();
    for (int axis = 0; axis < axes.size(); axis++) {
      if ((mask & (1 << axis)) != 0) {
        names.add(axes.get(axis));
      }
    }
    return names;
  }

  private List<Long> shape(TensorType type) {
    return type.shape().stream().map((Extent e) -> e.at(microBatch)).toList();
  }

  private String name(Section section, Body body, int instance, int value) {
    String local = body.value(value).name();
    int argument = body.arguments().indexOf(value);
    if (argument >= 0 && isGraphValue(section, argument, instance)) {
      return work.chain().graph().value(section.operands().get(argument)).name();
    }
    return switch (section) {
      case Section.Straight s -> local;
      case Section.Repeat r -> r.block() + "." + (r.firstInstance() + instance) + "." + local;
    };
  }

  /** Arguments that are graph values keep their one name; carried ones only enter instance 0. */
  private static boolean isGraphValue(Section section, int argument, int instance) {
    return argument >= section.body().results().size() || section.layers() == 0 || instance == 0;
  }
}
