package autopar.ir.graph;

import autopar.diagnostics.CompilerBug;
import autopar.ir.type.TensorType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Checks a graph; every pass that makes one ends here.
 *
 * <ul>
 *   <li>G1 to G5 hold for every body, see {@link BodyVerifier}.
 *   <li>G6: value i of the graph has id i; inputs come first, then parameters, then section results
 *       in section order.
 *   <li>G7: a section reads only values that exist before it, of the types that its body takes, and
 *       defines values of the types that its body returns.
 *   <li>G8: straight sections have no parameters of their own and are never neighbours.
 *   <li>G9: a repeat has at least one instance; what an instance returns is what the next one
 *       takes.
 *   <li>G10: sections of one block share one body, and their instances are numbered from 0.
 *   <li>G11: names of graph values are unique, and so are those inside straight sections.
 *   <li>G12: the loss is a real scalar; loss and outputs exist.
 * </ul>
 */
public final class GraphVerifier {

  private final Graph graph;
  private final Map<String, Body> bodies = new HashMap<>();
  private final Map<String, Integer> instances = new HashMap<>();
  private int defined;

  private GraphVerifier(Graph graph) {
    this.graph = graph;
  }

  /**
   * Checks {@code graph}.
   *
   * @throws CompilerBug naming the first broken constraint
   */
  public static void verify(Graph graph) {
    new GraphVerifier(graph).verify();
  }

  private void verify() {
    Set<String> names = new HashSet<>();
    for (Value v : graph.values()) {
      require(names.add(v.name()), "G11", v.name(), "the name is taken");
    }
    graph.inputs().forEach(v -> define(v, "input"));
    for (Parameter p : graph.parameters()) {
      define(p.value(), "parameter");
      BodyVerifier.checkParameter(graph.name(), p);
    }
    boolean straightBefore = false;
    for (Section section : graph.sections()) {
      switch (section) {
        case Section.Straight s -> {
          require(!straightBefore, "G8", graph.name(), "two straight sections are neighbours");
          straight(s, names);
        }
        case Section.Repeat r -> repeat(r);
      }
      straightBefore = section instanceof Section.Straight;
    }
    require(defined == graph.values().size(), "G6", graph.name(), "a value is defined by nothing");
    results();
  }

  private void define(Value value, String what) {
    require(value.id() == defined, "G6", value.name(), what + " has id " + value.id());
    require(
        defined < graph.values().size() && graph.value(defined).equals(value),
        "G6",
        value.name(),
        what + " differs from its value");
    defined++;
  }

  private void straight(Section.Straight s, Set<String> names) {
    BodyVerifier.verify(graph.name(), s.body());
    require(
        s.body().parameters().isEmpty(), "G8", graph.name(), "a straight section has parameters");
    bind(s, graph.name());
    Set<Integer> arguments = new HashSet<>(s.body().arguments());
    Set<Integer> results = new HashSet<>(s.body().results());
    for (Value v : s.body().values()) {
      boolean inner = !arguments.contains(v.id()) && !results.contains(v.id());
      require(!inner || names.add(v.name()), "G11", v.name(), "the name is taken");
    }
  }

  private void repeat(Section.Repeat r) {
    Body known = bodies.putIfAbsent(r.block(), r.body());
    if (known == null) {
      BodyVerifier.verify(r.block(), r.body());
    } else {
      require(known.equals(r.body()), "G10", r.block(), "two bodies share the name");
    }
    bind(r, r.block());
    require(r.count() >= 1, "G9", r.block(), "has " + r.count() + " instances");
    for (int i = 0; i < r.results().size() && r.count() > 1; i++) {
      require(i < r.operands().size(), "G9", r.block(), "returns more than it takes");
      TensorType result = type(r.body(), r.body().results().get(i));
      TensorType argument = type(r.body(), r.body().arguments().get(i));
      require(result.equals(argument), "G9", r.block(), result + " is carried into " + argument);
    }
    int first = instances.merge(r.block(), r.count(), Integer::sum) - r.count();
    require(r.firstInstance() == first, "G10", r.block(), "begins at " + r.firstInstance());
  }

  private void bind(Section section, String where) {
    Body body = section.body();
    List<Integer> operands = section.operands();
    require(
        operands.size() == body.arguments().size(), "G7", where, "operands are not as arguments");
    for (int i = 0; i < operands.size(); i++) {
      require(operands.get(i) < defined, "G7", where, "reads a later value");
      TensorType given = graph.value(operands.get(i)).type();
      TensorType taken = type(body, body.arguments().get(i));
      require(given.equals(taken), "G7", where, "takes " + taken + ", is given " + given);
    }
    require(section.results().size() == body.results().size(), "G7", where, "results do not match");
    for (int i = 0; i < section.results().size(); i++) {
      int id = section.results().get(i);
      require(id == defined, "G6", where, "result " + i + " has id " + id);
      TensorType made = type(body, body.results().get(i));
      require(
          id < graph.values().size() && graph.value(id).type().equals(made),
          "G7",
          where,
          "result " + i + " is not " + made);
      define(graph.value(id), "section result");
    }
  }

  private void results() {
    graph
        .loss()
        .ifPresent(loss -> {
          require(loss < defined, "G12", graph.name(), "the loss does not exist");
          TensorType type = graph.value(loss).type();
          boolean scalar = type.rank() == 0 && type.element().isReal();
          require(scalar, "G12", graph.name(), "the loss is " + type);
        });
    for (int output : graph.outputs()) {
      require(output >= 0 && output < defined, "G12", graph.name(), "an output does not exist");
    }
  }

  private static TensorType type(Body body, int value) {
    return body.value(value).type();
  }

  private static void require(boolean holds, String constraint, String node, String message) {
    if (!holds) {
      throw BodyVerifier.broken(constraint, node, message);
    }
  }
}
