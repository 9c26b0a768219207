package autopar.lowering;

import autopar.ir.graph.Graph;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.plan.OffloadTarget;
import autopar.plan.Plan;
import autopar.plan.PlanTensor;
import autopar.plan.TensorKind;
import autopar.program.Buffer.Lifetime;
import autopar.program.Buffer.Place;
import autopar.program.DimSplit;
import autopar.program.Layout;
import autopar.program.ParameterSlot;
import autopar.program.StageMesh;
import autopar.training.Optimizer;
import autopar.training.OptimizerState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The parameters that a stage holds, with buffers for everything the plan keeps of them. */
final class Parameters {

  private static final String MASTER = "master";

  private final StageWriter writer;

  /**
   * Where states are. Factored moments are summed over ranks, which the host cannot; they are small
   * and stay on the device with their master copies.
   */
  private final Place place;

  private final Map<String, PlanTensor> tensors = new LinkedHashMap<>();
  private final Map<String, ParameterSlot> slots = new LinkedHashMap<>();

  Parameters(StageWriter writer, Plan plan, Map<String, Parameter> known) {
    this.writer = writer;
    plan.tensors().stream()
        .filter(t -> t.stage() == writer.stage() && t.kind() != TensorKind.ACTIVATION)
        .forEach(t -> tensors.put(t.name(), t));
    place =
        plan.stages().get(writer.stage()).offload().optimizer() == OffloadTarget.NONE
                || plan.workload().optimizer().orElseThrow() == Optimizer.ADAFACTOR
            ? Place.DEVICE
            : Place.HOST;
    OptimizerState state =
        OptimizerState.of(
            plan.workload().optimizer().orElseThrow(),
            plan.workload().precision(),
            plan.execution().fp32Gradients());
    for (PlanTensor tensor : List.copyOf(tensors.values())) {
      if (tensor.kind() == TensorKind.PARAMETER) {
        slots.put(tensor.name(), slot(tensor, known.get(tensor.name()), state));
      }
    }
  }

  /** Every parameter of a model by the name that plans use. */
  static Map<String, Parameter> named(Graph graph) {
    Map<String, Parameter> all = new LinkedHashMap<>();
    graph.parameters().forEach(p -> all.put(p.name(), p));
    for (Section section : graph.sections()) {
      for (int i = 0; i < Math.max(1, section.layers()); i++) {
        for (Parameter p : section.body().parameters()) {
          all.put(Flows.name(section, i, p.name()), p);
        }
      }
    }
    return all;
  }

  private ParameterSlot slot(PlanTensor tensor, Parameter parameter, OptimizerState state) {
    TensorType type = parameter.value().type();
    String name = tensor.name();
    int value =
        run(name, type, tensor, layout(tensor.stored().orElse(tensor.sharding()), writer.mesh()));
    PlanTensor gradient = tensors.get("grad(" + name + ")");
    if (gradient == null) {
      return new ParameterSlot(
          name,
          type,
          parameter.initializer(),
          value,
          OptionalInt.empty(),
          OptionalInt.empty(),
          List.of(),
          List.of());
    }
    Layout summed =
        layout(gradient.sharding(), writer.mesh())
            .withPartial(mask(gradient.partial(), writer.mesh()));
    int accumulator = run(gradient.name(), type, gradient, summed);
    OptionalInt master = OptionalInt.empty();
    List<Integer> states = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (OptimizerState.StateTensor kept : state.tensors()) {
      PlanTensor stored = tensors.get(kept.name() + "(" + name + ")");
      if (stored == null) {
        continue;
      }
      int buffer =
          writer.buffer(
              stored.name(),
              real(stored),
              stored.dtype(),
              layout(stored.sharding(), writer.mesh()),
              Lifetime.RUN,
              place);
      if (kept.name().equals(MASTER)) {
        master = OptionalInt.of(buffer);
      } else {
        states.add(buffer);
        names.add(kept.name());
      }
    }
    return new ParameterSlot(
        name,
        type,
        parameter.initializer(),
        value,
        OptionalInt.of(accumulator),
        master,
        states,
        names);
  }

  private int run(String name, TensorType type, PlanTensor tensor, Layout layout) {
    return writer.buffer(name, type, tensor.dtype(), layout, Lifetime.RUN);
  }

  private static TensorType real(PlanTensor tensor) {
    return new TensorType(ElementType.FLOAT32, tensor.shape().stream().map(Extent::of).toList());
  }

  /** The layout that a plan writes as axis names per dimension. */
  static Layout layout(List<List<String>> sharding, StageMesh mesh) {
    List<DimSplit> dims = new ArrayList<>();
    for (List<String> names : sharding) {
      List<Integer> axes = new ArrayList<>();
      for (String name : names) {
        int axis = axis(name, mesh);
        if (mesh.axes().get(axis).size() > 1) {
          axes.add(axis);
        }
      }
      dims.add(DimSplit.over(axes));
    }
    return new Layout(dims, 0);
  }

  /** The axes called {@code names} that have more than one rank. */
  static int mask(List<String> names, StageMesh mesh) {
    int mask = 0;
    for (String name : names) {
      mask |= 1 << axis(name, mesh);
    }
    return mask & mesh.wideAxes();
  }

  private static int axis(String name, StageMesh mesh) {
    for (int axis = 0; axis < mesh.axes().size(); axis++) {
      if (mesh.axes().get(axis).name().equals(name)) {
        return axis;
      }
    }
    throw new IllegalArgumentException("no axis '" + name + "'");
  }

  /**
   * Where the optimizer works on a parameter: as its states lie. States that lack dimensions are
   * put together (row and column statistics of Adafactor have all but one each).
   */
  Layout updateLayout(ParameterSlot slot) {
    if (slot.master().isPresent()) {
      return writer.layout(slot.master().getAsInt());
    }
    int rank = slot.type().rank();
    Layout first = writer.layout(slot.states().getFirst());
    if (first.dims().size() == rank) {
      return first;
    }
    Layout columns = writer.layout(slot.states().getLast());
    return new Layout(first.dims(), 0).append(columns.dims().getLast());
  }

  ParameterSlot slot(String name) {
    return slots.get(name);
  }

  List<ParameterSlot> slots() {
    return List.copyOf(slots.values());
  }
}
