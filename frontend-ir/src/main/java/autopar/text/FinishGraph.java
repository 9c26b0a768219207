package autopar.text;

import autopar.ir.graph.Body;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.ir.graph.Value;
import autopar.text.BodyBuilder.ParameterSlot;
import autopar.text.BodyBuilder.Slot;
import autopar.text.BodyBuilder.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Cuts the steps of a model into sections: every block call is one, and so is every run of nodes
 * between two calls. A run hands on only what others read.
 */
final class FinishGraph {

  private final BodyBuilder builder;
  private final int[] ids;
  private final List<Value> values = new ArrayList<>();
  private final List<Section> sections = new ArrayList<>();

  private FinishGraph(BodyBuilder builder) {
    this.builder = builder;
    this.ids = new int[builder.slots().size()];
    Arrays.fill(ids, -1);
  }

  /** The graph of all that {@code loss} and {@code outputs} need. */
  static Graph of(
      String name,
      Dims dims,
      BodyBuilder builder,
      List<Integer> inputs,
      Optional<Integer> loss,
      List<Integer> outputs) {
    FinishGraph f = new FinishGraph(builder);
    List<Value> inputValues = inputs.stream().map(f::number).toList();
    List<Parameter> parameters = new ArrayList<>();
    for (ParameterSlot p : builder.parameters()) {
      parameters.add(new Parameter(f.number(p.slot()), p.initializer(), p.frozen(), p.span()));
    }
    List<Integer> roots = new ArrayList<>(outputs);
    loss.ifPresent(roots::add);
    f.cut(roots);
    return new Graph(
        name,
        dims.values(),
        dims.batch().map(Name::text).orElse("batch"),
        dims.defaultBatch(),
        f.values,
        inputValues,
        parameters,
        f.sections,
        loss.map(l -> f.ids[l]),
        outputs.stream().map(o -> f.ids[o]).toList());
  }

  private Value number(int slot) {
    Slot s = builder.slot(slot);
    ids[slot] = values.size();
    Value value = new Value(ids[slot], s.name(), s.type());
    values.add(value);
    return value;
  }

  private void cut(List<Integer> roots) {
    boolean[] live = FinishBody.live(builder, roots);
    List<Step> steps = builder.steps().stream().filter(s -> FinishBody.runs(s, live)).toList();
    int[] group = groups(steps);
    boolean[] shared = new boolean[builder.slots().size()];
    int[] madeIn = new int[builder.slots().size()];
    Arrays.fill(madeIn, -1);
    for (int i = 0; i < steps.size(); i++) {
      for (int o : steps.get(i).operands()) {
        shared[o] |= madeIn[o] != group[i];
      }
      for (int r : steps.get(i).results()) {
        madeIn[r] = group[i];
      }
    }
    roots.forEach(r -> shared[r] = true);
    for (int from = 0; from < steps.size(); ) {
      int to = from;
      while (to < steps.size() && group[to] == group[from]) {
        to++;
      }
      if (steps.get(from) instanceof Step.Instances calls) {
        repeat(calls);
      } else {
        straight(steps.subList(from, to), shared);
      }
      from = to;
    }
  }

  private static int[] groups(List<Step> steps) {
    int[] group = new int[steps.size()];
    for (int i = 1; i < steps.size(); i++) {
      boolean together =
          steps.get(i) instanceof Step.Apply && steps.get(i - 1) instanceof Step.Apply;
      group[i] = group[i - 1] + (together ? 0 : 1);
    }
    return group;
  }

  private void repeat(Step.Instances calls) {
    List<Integer> operands = calls.operands().stream().map(o -> ids[o]).toList();
    List<Integer> results = calls.results().stream().map(r -> number(r).id()).toList();
    sections.add(
        new Section.Repeat(
            calls.block().name(),
            calls.firstInstance(),
            calls.count(),
            calls.block().body(),
            operands,
            results));
  }

  private void straight(List<Step> steps, boolean[] shared) {
    Set<Integer> made = new LinkedHashSet<>();
    Set<Integer> read = new LinkedHashSet<>();
    for (Step step : steps) {
      step.operands().stream().filter(o -> !made.contains(o)).forEach(read::add);
      made.addAll(step.results());
    }
    List<Integer> results = made.stream().filter(r -> shared[r]).toList();
    List<Integer> arguments = new ArrayList<>(read);
    Body body = FinishBody.of(builder, arguments, List.of(), steps, results);
    List<Integer> operands = arguments.stream().map(a -> ids[a]).toList();
    sections.add(
        new Section.Straight(body, operands, results.stream().map(r -> number(r).id()).toList()));
  }
}
