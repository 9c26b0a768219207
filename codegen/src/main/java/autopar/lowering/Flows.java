package autopar.lowering;

import autopar.diagnostics.CompilerBug;
import autopar.ir.graph.Graph;
import autopar.ir.graph.GraphExpansion;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.plan.LayerStrategy;
import autopar.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The model as steps in the order of execution and the values that flow between them, read off the
 * graph and the plan's strategies.
 */
final class Flows {

  /** What a step's argument is bound to. */
  sealed interface Source {
    record OfInput(String input) implements Source {}

    record OfParameter(Parameter parameter) implements Source {}

    record OfFlow(Flow flow) implements Source {}
  }

  private final Graph graph;
  private final List<Step> steps = new ArrayList<>();
  private final List<List<Source>> sources = new ArrayList<>();
  private final List<List<Flow>> results = new ArrayList<>();
  private final List<Flow> flows = new ArrayList<>();
  private final Source[] ofValue;

  Flows(Graph graph, Plan plan) {
    this.graph = graph;
    this.ofValue = new Source[graph.values().size()];
    graph.inputs().forEach(v -> ofValue[v.id()] = new Source.OfInput(v.name()));
    graph.parameters().forEach(p -> ofValue[p.value().id()] = new Source.OfParameter(p));
    Map<List<Integer>, LayerStrategy> strategies = new HashMap<>();
    for (LayerStrategy strategy : plan.strategies()) {
      for (int i = strategy.instances().from(); i < strategy.instances().to(); i++) {
        strategies.put(List.of(strategy.section(), i), strategy);
      }
    }
    for (int s = 0; s < graph.sections().size(); s++) {
      for (int i = 0; i < Math.max(1, graph.sections().get(s).layers()); i++) {
        LayerStrategy strategy = strategies.get(List.of(s, i));
        if (strategy == null) {
          throw new CompilerBug(
              "LowerPlan", graph.name(), "section " + s + " has no strategy for instance " + i);
        }
        int virtualStage = strategy.chunk() * plan.stages().size() + strategy.stage();
        step(new Step(steps.size(), s, i, virtualStage, strategy));
      }
    }
  }

  private void step(Step step) {
    Section section = graph.sections().get(step.section());
    List<Source> own = new ArrayList<>();
    for (int a = 0; a < section.operands().size(); a++) {
      boolean carried = step.instance() > 0 && a < section.results().size();
      Source source =
          carried
              ? new Source.OfFlow(results.getLast().get(a))
              : ofValue[section.operands().get(a)];
      if (source instanceof Source.OfFlow of) {
        of.flow().readers().add(new Flow.Reader(step, a));
      }
      own.add(source);
    }
    List<Flow> made = new ArrayList<>();
    boolean last = step.instance() == Math.max(1, section.layers()) - 1;
    for (int r = 0; r < section.results().size(); r++) {
      int value = section.results().get(r);
      String local = section.body().value(section.body().results().get(r)).name();
      String name = last ? graph.value(value).name() : name(section, step.instance(), local);
      Flow flow = new Flow(flows.size(), name, graph.value(value).type(), step, r);
      flows.add(flow);
      made.add(flow);
      if (last) {
        ofValue[value] = new Source.OfFlow(flow);
      }
    }
    steps.add(step);
    sources.add(own);
    results.add(made);
  }

  /** The name of a value of an instance, {@code decoder.17.q}. */
  static String name(Section section, int instance, String local) {
    return switch (section) {
      case Section.Straight s -> local;
      case Section.Repeat r -> GraphExpansion.name(r.block(), r.firstInstance() + instance, local);
    };
  }

  List<Step> steps() {
    return steps;
  }

  List<Flow> flows() {
    return flows;
  }

  /** What the arguments of a step are bound to. */
  List<Source> sources(Step step) {
    return sources.get(step.index());
  }

  /** What a step makes, one flow per result. */
  List<Flow> results(Step step) {
    return results.get(step.index());
  }

  /** The flow of the loss. */
  Flow loss() {
    int loss =
        graph
            .loss()
            .orElseThrow(() -> new CompilerBug("LowerPlan", graph.name(), "there is no loss"));
    return ofValue[loss] instanceof Source.OfFlow of ? of.flow() : failure("the loss is an input");
  }

  private Flow failure(String message) {
    throw new CompilerBug("LowerPlan", graph.name(), message);
  }
}
