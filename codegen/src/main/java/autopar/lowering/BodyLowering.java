package autopar.lowering;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.graph.Section;
import autopar.ir.graph.Value;
import autopar.ir.op.CrossEntropy;
import autopar.ir.op.CrossEntropyGrad;
import autopar.ir.op.FactorRules;
import autopar.ir.op.Op;
import autopar.ir.type.TensorType;
import autopar.program.Instruction;
import autopar.program.Layout;
import autopar.program.ParameterSlot;
import autopar.sharding.FactorRule;
import autopar.training.BackwardFactors;
import autopar.training.TrainingBody;
import autopar.training.TrainingNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes one step forward and backward. Values are made where the node's strategy leaves them and
 * brought to where their readers want them; gradients of a value with several readers are summed in
 * the layout of its hub.
 */
final class BodyLowering {

  private final StageLowering stage;
  private final StageWriter writer;
  private final Flows flows;
  private final TrainingVariants variants;
  private final NodeWriter nodes;

  /** Per step, the buffers that its forward pass leaves for its backward pass, by value. */
  private final Map<Step, Map<Integer, Integer>> saved = new HashMap<>();

  BodyLowering(StageLowering stage, StageWriter writer, Flows flows, TrainingVariants variants) {
    this.stage = stage;
    this.writer = writer;
    this.flows = flows;
    this.variants = variants;
    this.nodes = new NodeWriter(writer);
  }

  /** What a step knows while it is written. */
  private final class Pass {
    final Step step;
    final Section section;
    final TrainingBody body;
    final StepStrategy strategy;
    final Copies values;
    final Map<Integer, String> inputs = new HashMap<>();

    Pass(Step step, boolean hubs) {
      this.step = step;
      this.section = variants.training().graph().sections().get(step.section());
      this.body = variants.of(step.section(), step.strategy().recompute());
      this.strategy = new StepStrategy(step.strategy(), body.forward(), writer.mesh());
      this.values = new Copies(writer, hubs ? strategy::hub : v -> null);
      List<Flows.Source> sources = flows.sources(step);
      for (int a = 0; a < sources.size(); a++) {
        int value = forward().arguments().get(a);
        switch (sources.get(a)) {
          case Flows.Source.OfInput input -> inputs.put(value, input.input());
          case Flows.Source.OfParameter p ->
              values.put(value, stage.parameter(p.parameter().name()).value());
          case Flows.Source.OfFlow flow -> {
            if (hubs || !forward().value(value).type().batched()) {
              values.put(value, stage.value(flow.flow()));
            }
          }
        }
      }
      forward()
          .parameters()
          .forEach(p -> values.put(p.value().id(), stage.parameter(name(p.name())).value()));
    }

    Body forward() {
      return body.forward();
    }

    String name(String local) {
      return Flows.name(section, step.instance(), local);
    }

    Value value(int id) {
      return body.values().get(id);
    }

    List<TensorType> types(List<Integer> ids) {
      return ids.stream().map(id -> value(id).type()).toList();
    }

    /** A buffer with a value as a reader wants it; inputs are there in any layout. */
    int operand(int value, Layout layout) {
      if (inputs.containsKey(value) && !values.has(value, layout)) {
        values.put(value, load(value, layout));
      }
      return values.get(value, layout);
    }

    private int load(int value, Layout layout) {
      int buffer = writer.buffer(inputs.get(value), value(value).type(), layout);
      writer.emit(new Instruction.Load(inputs.get(value), buffer));
      return buffer;
    }

    /** Writes a node with the axes that its origin has. */
    void node(
        String name,
        String origin,
        Op op,
        FactorRule rule,
        List<String> factors,
        List<Integer> operands,
        List<Integer> results) {
      NodeLayouts layouts =
          NodeLayouts.of(op, rule, types(operands), types(results), factors, writer.mesh());
      List<Integer> in = new ArrayList<>();
      for (int i = 0; i < operands.size(); i++) {
        in.add(operand(operands.get(i), layouts.operands().get(i)));
      }
      List<Integer> out = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        Value value = value(results.get(i));
        out.add(writer.buffer(name(value.name()), value.type(), layouts.results().get(i)));
      }
      nodes.write(
          new NodeWriter.Call(
              name(name),
              name(origin),
              op,
              rule,
              types(operands),
              types(results),
              labels(op, operands)),
          layouts,
          in,
          out);
      for (int i = 0; i < results.size(); i++) {
        values.put(results.get(i), out.get(i));
      }
    }

    private Optional<String> labels(Op op, List<Integer> operands) {
      if (!(op instanceof CrossEntropy) && !(op instanceof CrossEntropyGrad)) {
        return Optional.empty();
      }
      String input = inputs.get(operands.get(1));
      if (input == null) {
        throw new InvalidInput(
            Diagnostic.error(
                    "AP1001",
                    SourceSpan.NONE,
                    "the labels of a cross-entropy must be an input of the model to be run")
                .withHint("declare them with 'input' instead of computing them"));
      }
      return Optional.of(input);
    }
  }

  /** Writes the forward pass of {@code step}. */
  void forward(Step step) {
    Pass pass = new Pass(step, true);
    for (Node node : pass.forward().nodes()) {
      FactorRule rule =
          FactorRules.of(node.op(), pass.types(node.operands()), pass.types(node.results()));
      pass.node(
          node.name(),
          node.name(),
          node.op(),
          rule,
          pass.strategy.factors(node.name()),
          node.operands(),
          node.results());
    }
    List<Flow> made = flows.results(step);
    for (int r = 0; r < made.size(); r++) {
      Flow flow = made.get(r);
      int value = pass.forward().results().get(r);
      Layout layout =
          flow == flows.loss()
              ? writer.layout(pass.values.home(value))
              : stage.boundary().layout(flow.type());
      stage.made(flow, pass.operand(value, layout));
    }
    Map<Integer, Integer> kept = new HashMap<>();
    for (int value : pass.body.saved()) {
      if (!pass.inputs.containsKey(value)) {
        kept.put(value, kept(pass, value));
      }
    }
    saved.put(step, kept);
  }

  /** The buffer that waits for backward: the value as it was made, once its sum is taken. */
  private int kept(Pass pass, int value) {
    Layout home = writer.layout(pass.values.home(value));
    if (!home.isPartial()) {
      return pass.values.home(value);
    }
    for (int copy : pass.values.all(value)) {
      if (!writer.layout(copy).isPartial()) {
        return copy;
      }
    }
    return pass.values.get(value, home.complete());
  }

  /** Writes the backward pass of {@code step}. */
  void backward(Step step) {
    Pass pass = new Pass(step, false);
    saved.remove(step).forEach(pass.values::put);
    incoming(pass);
    Map<Integer, List<ParameterSlot>> waiting = parameterGradients(pass);
    for (TrainingNode node : pass.body.backward()) {
      if (isSum(pass, node)) {
        sum(pass, node);
      } else {
        Node origin = pass.forward().nodes().get(node.origin());
        pass.node(
            node.name(),
            origin.name(),
            node.op(),
            BackwardFactors.of(pass.body, node),
            pass.strategy.factors(origin.name()),
            node.operands(),
            node.results());
      }
      for (int made : node.results()) {
        // At once, so that the gradients of a layer's parameters are not alive together.
        accumulate(pass, waiting.getOrDefault(made, List.of()), made);
        waiting.remove(made);
      }
    }
    waiting.forEach((gradient, slots) -> accumulate(pass, slots, gradient));
    outgoing(pass);
  }

  /** The parameters by the value that is the gradient of this step towards them. */
  private Map<Integer, List<ParameterSlot>> parameterGradients(Pass pass) {
    Map<Integer, List<ParameterSlot>> slots = new LinkedHashMap<>();
    List<Flows.Source> sources = flows.sources(pass.step);
    for (int a = 0; a < sources.size(); a++) {
      int gradient = pass.body.argumentGradients().get(a);
      if (gradient >= 0 && sources.get(a) instanceof Flows.Source.OfParameter of) {
        ParameterSlot slot = stage.parameter(of.parameter().name());
        slots.computeIfAbsent(gradient, g -> new ArrayList<>()).add(slot);
      }
    }
    for (int p = 0; p < pass.forward().parameters().size(); p++) {
      int gradient = pass.body.parameterGradients().get(p);
      if (gradient >= 0) {
        String name = pass.name(pass.forward().parameters().get(p).name());
        slots.computeIfAbsent(gradient, g -> new ArrayList<>()).add(stage.parameter(name));
      }
    }
    return slots;
  }

  private void incoming(Pass pass) {
    List<Flow> made = flows.results(pass.step);
    for (int r = 0; r < made.size(); r++) {
      int gradient = pass.body.resultGradients().get(r);
      if (gradient < 0) {
        continue;
      }
      Flow flow = made.get(r);
      int buffer;
      if (flow == flows.loss()) {
        Value value = pass.value(gradient);
        buffer = writer.buffer(value.name(), value.type(), Layout.replicated(0));
        writer.emit(new Instruction.Fill(buffer, Instruction.Fill.Content.MICRO_BATCH_WEIGHT));
      } else {
        buffer = stage.gradient(flow).orElseGet(() -> stage.zeros(flow));
      }
      pass.values.put(gradient, buffer);
    }
  }

  /** Gradients of one value that meet: an addition of tensors of one shape. */
  private static boolean isSum(Pass pass, TrainingNode node) {
    return BackwardFactors.isSum(node.op())
        && !node.recomputed()
        && pass.types(node.operands()).stream()
            .allMatch(t -> t.equals(pass.value(node.results().getFirst()).type()));
  }

  private void sum(Pass pass, TrainingNode node) {
    int result = node.results().getFirst();
    Layout first = writer.layout(pass.values.home(node.operands().get(0)));
    Layout second = writer.layout(pass.values.home(node.operands().get(1)));
    Layout layout =
        pass.strategy
            .gradientHub(pass.value(result).name())
            .orElse(first.equals(second) ? first : first.complete());
    int left = pass.operand(node.operands().get(0), layout);
    int right = pass.operand(node.operands().get(1), layout);
    pass.values.put(result, nodes.sum(pass.name(pass.value(result).name()), left, right));
  }

  private void outgoing(Pass pass) {
    List<Flows.Source> sources = flows.sources(pass.step);
    for (int a = 0; a < sources.size(); a++) {
      int gradient = pass.body.argumentGradients().get(a);
      if (gradient >= 0
          && sources.get(a) instanceof Flows.Source.OfFlow of
          && variants.takesGradient(of.flow())) {
        Layout layout =
            of.flow().readers().size() == 1
                ? stage.boundary().layout(of.flow().type())
                : writer.layout(pass.values.home(gradient));
        stage.contribute(of.flow(), pass.values.get(gradient, layout));
      }
    }
  }

  private void accumulate(Pass pass, List<ParameterSlot> slots, int gradient) {
    for (ParameterSlot slot : slots) {
      if (slot.trained()) {
        Layout wanted = writer.layout(slot.gradient().getAsInt());
        stage.accumulate(slot, pass.values.get(gradient, wanted));
      }
    }
  }
}
