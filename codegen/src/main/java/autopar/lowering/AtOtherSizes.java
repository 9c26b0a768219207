package autopar.lowering;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.ir.type.ElementType;
import autopar.ir.type.Precision;
import autopar.plan.Dtype;
import autopar.plan.LayerStrategy;
import autopar.plan.Plan;
import autopar.plan.PlanTensor;
import autopar.plan.TensorKind;
import autopar.plan.Workload;
import autopar.training.Optimizer;
import autopar.training.OptimizerState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The decisions of a plan at other sizes: another batch, another number format, or the model with
 * other dims. Its predictions stay those of the sizes it was made for and mean nothing here.
 */
public final class AtOtherSizes {

  private AtOtherSizes() {}

  /**
   * {@code plan} for {@code graph}.
   *
   * @throws InvalidInput if the model has other layers or nodes than the plan, with all differences
   */
  public static Plan of(Plan plan, Graph graph, long globalBatch, Precision precision) {
    List<Diagnostic> problems = new ArrayList<>();
    sameNodes(plan, graph, problems);
    Map<String, Parameter> parameters = Parameters.named(graph);
    Set<String> held = new HashSet<>();
    List<PlanTensor> tensors = new ArrayList<>();
    for (PlanTensor tensor : plan.tensors()) {
      if (tensor.kind() == TensorKind.PARAMETER) {
        held.add(tensor.name());
        Parameter parameter = parameters.get(tensor.name());
        if (parameter == null) {
          problems.add(problem("the model has no parameter '" + tensor.name() + "'"));
        }
      }
    }
    for (String name : parameters.keySet()) {
      if (!held.contains(name)) {
        problems.add(problem("the plan has no parameter '" + name + "'"));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems.subList(0, Math.min(10, problems.size())));
    }
    Optimizer optimizer = plan.workload().optimizer().orElse(Optimizer.SGD);
    OptimizerState state =
        OptimizerState.of(optimizer, precision, plan.execution().fp32Gradients());
    for (PlanTensor tensor : plan.tensors()) {
      resized(tensor, parameters, state, precision).ifPresent(tensors::add);
    }
    Workload workload =
        new Workload(
            plan.workload().kind(),
            globalBatch,
            graph.dims().getOrDefault("seq", 1L),
            precision,
            plan.workload().optimizer());
    return new Plan(
        plan.model(),
        plan.cluster(),
        workload,
        plan.execution(),
        plan.devices(),
        plan.microBatch(),
        Math.toIntExact(Math.ceilDiv(globalBatch, plan.microBatch())),
        plan.schedule(),
        plan.stages(),
        plan.idle(),
        plan.hashes(),
        tensors,
        plan.strategies(),
        plan.layerPrices(),
        plan.predicted(),
        plan.search());
  }

  /** Every strategy must find its section, its layers and its nodes. */
  private static void sameNodes(Plan plan, Graph graph, List<Diagnostic> problems) {
    int layers = graph.layers();
    if (layers != plan.model().layers()) {
      problems.add(
          problem("the plan has " + plan.model().layers() + " layers, the model " + layers));
      return;
    }
    Set<String> told = new HashSet<>();
    for (LayerStrategy strategy : plan.strategies()) {
      if (strategy.section() >= graph.sections().size()) {
        problems.add(problem("the model has no section " + strategy.section()));
        return;
      }
      Section section = graph.sections().get(strategy.section());
      Set<String> known = new HashSet<>();
      section.body().nodes().forEach(n -> known.add(n.name()));
      for (LayerStrategy.NodeStrategy node : strategy.nodes()) {
        boolean piece = plan.execution().attention().equals("unfused");
        if (!known.contains(node.node()) && !piece && told.add(node.node())) {
          problems.add(problem("the model has no node '" + node.node() + "'"));
        }
      }
    }
  }

  private static Optional<PlanTensor> resized(
      PlanTensor tensor,
      Map<String, Parameter> parameters,
      OptimizerState state,
      Precision precision) {
    return switch (tensor.kind()) {
      case ACTIVATION -> Optional.empty();
      case PARAMETER ->
          Optional.of(
              with(
                  tensor,
                  shape(parameters.get(tensor.name())),
                  Dtype.of(ElementType.REAL, precision)));
      case GRADIENT -> {
        Dtype dtype =
            state.gradientBytes() == Dtype.FP32.bytes()
                ? Dtype.FP32
                : Dtype.of(ElementType.REAL, precision);
        yield Optional.of(with(tensor, shape(parameters.get(argument(tensor.name()))), dtype));
      }
      case OPTIMIZER -> {
        List<Long> whole = shape(parameters.get(argument(tensor.name())));
        String kind = tensor.name().substring(0, tensor.name().indexOf('('));
        yield state.tensors().stream()
            .filter(t -> t.name().equals(kind))
            .findFirst()
            .flatMap(t -> t.dims(whole.size()))
            .map(dims -> with(tensor, dims.stream().map(whole::get).toList(), Dtype.FP32));
      }
    };
  }

  private static List<Long> shape(Parameter parameter) {
    return parameter.value().type().shape().stream().map(e -> e.count()).toList();
  }

  private static PlanTensor with(PlanTensor tensor, List<Long> shape, Dtype dtype) {
    return new PlanTensor(
        tensor.name(),
        tensor.stage(),
        tensor.kind(),
        shape,
        dtype,
        tensor.sharding(),
        tensor.partial(),
        tensor.phase(),
        tensor.stored(),
        tensor.flat(),
        tensor.saved());
  }

  /** The x of {@code m(x)}. */
  private static String argument(String name) {
    return name.substring(name.indexOf('(') + 1, name.length() - 1);
  }

  private static Diagnostic problem(String message) {
    return Diagnostic.error("AP1002", SourceSpan.NONE, message)
        .withHint("a plan keeps its decisions at other sizes only; compile the other model");
  }
}
