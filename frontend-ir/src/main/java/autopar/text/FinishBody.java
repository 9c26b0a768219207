package autopar.text;

import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Value;
import autopar.text.BodyBuilder.ParameterSlot;
import autopar.text.BodyBuilder.Slot;
import autopar.text.BodyBuilder.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes a body of what a builder collected: drops dead nodes and gives the final ids. */
final class FinishBody {

  private FinishBody() {}

  /** Which slots something that is needed reads; {@code roots} are needed themselves. */
  static boolean[] live(BodyBuilder builder, List<Integer> roots) {
    boolean[] live = new boolean[builder.slots().size()];
    roots.forEach(r -> live[r] = true);
    for (Step step : builder.steps().reversed()) {
      if (runs(step, live)) {
        step.operands().forEach(o -> live[o] = true);
      }
    }
    return live;
  }

  static boolean runs(Step step, boolean[] live) {
    return step.results().stream().anyMatch(r -> live[r]);
  }

  /** The body with the given arguments and results; it has no {@link Step.Instances}. */
  static Body of(BodyBuilder builder, List<Integer> arguments, List<Integer> results) {
    boolean[] live = live(builder, results);
    List<Step> steps = builder.steps().stream().filter(s -> runs(s, live)).toList();
    return of(builder, arguments, builder.parameters(), steps, results);
  }

  /** The body of some steps; {@code arguments} are all that they read but do not make. */
  static Body of(
      BodyBuilder builder,
      List<Integer> arguments,
      List<ParameterSlot> parameterSlots,
      List<Step> steps,
      List<Integer> results) {
    int[] ids = new int[builder.slots().size()];
    Arrays.fill(ids, -1);
    List<Value> values = new ArrayList<>();
    arguments.forEach(a -> number(builder, a, ids, values));
    List<Parameter> parameters = new ArrayList<>();
    for (ParameterSlot p : parameterSlots) {
      Value value = number(builder, p.slot(), ids, values);
      parameters.add(new Parameter(value, p.initializer(), p.frozen(), p.span()));
    }
    List<Node> nodes = new ArrayList<>();
    for (Step step : steps) {
      Step.Apply apply = (Step.Apply) step;
      List<Integer> operands = apply.operands().stream().map(o -> ids[o]).toList();
      List<Integer> made =
          apply.results().stream().map(r -> number(builder, r, ids, values).id()).toList();
      nodes.add(new Node(nodes.size(), apply.name(), apply.op(), operands, made, apply.span()));
    }
    return new Body(
        values,
        arguments.stream().map(a -> ids[a]).toList(),
        parameters,
        nodes,
        results.stream().map(r -> ids[r]).toList());
  }

  private static Value number(BodyBuilder builder, int slot, int[] ids, List<Value> values) {
    Slot s = builder.slot(slot);
    ids[slot] = values.size();
    Value value = new Value(ids[slot], s.name(), s.type());
    values.add(value);
    return value;
  }
}
