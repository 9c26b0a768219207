package autopar.ir.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * A graph with every instance of every block written out, under the names that plans and programs
 * use: {@code decoder.17.wq}, {@code decoder.17.q}.
 *
 * <p>The result is one straight section; parameters of instances follow those of the graph.
 */
public final class GraphExpansion {

  private final Graph graph;
  private final List<Value> values = new ArrayList<>();
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();

  private GraphExpansion(Graph graph) {
    this.graph = graph;
  }

  /** The name of a value of the body of instance {@code instance} of a block. */
  public static String name(String block, int instance, String local) {
    return block + "." + instance + "." + local;
  }

  /** The flat form of {@code graph}; needs memory for every node of every instance. */
  public static Graph of(Graph graph) {
    FlatGraph flat = flat(graph);
    return flat.nodes().isEmpty()
        ? graph
        : flat.cut(List.of(new FlatGraph.Piece.Run(0, flat.nodes().size())));
  }

  /** The same as one list of nodes. */
  static FlatGraph flat(Graph graph) {
    return new GraphExpansion(graph).expand();
  }

  private FlatGraph expand() {
    values.addAll(graph.inputs());
    graph.parameters().forEach(p -> parameter(p, p.name()));
    for (Section section : graph.sections()) {
      if (section instanceof Section.Repeat r) {
        for (int i = r.firstInstance(); i < r.firstInstance() + r.count(); i++) {
          for (Parameter p : r.body().parameters()) {
            parameter(p, name(r.block(), i, p.name()));
          }
        }
      }
    }
    int[] idOf = new int[graph.values().size()];
    for (int i = 0; i < graph.inputs().size() + graph.parameters().size(); i++) {
      idOf[i] = i;
    }
    int nextParameter = graph.inputs().size() + graph.parameters().size();
    for (Section section : graph.sections()) {
      nextParameter = section(section, idOf, nextParameter);
    }
    return assemble(idOf);
  }

  private void parameter(Parameter p, String name) {
    Value value = new Value(values.size(), name, p.value().type());
    values.add(value);
    parameters.add(new Parameter(value, p.initializer(), p.frozen(), p.span()));
  }

  /** Writes a section out and returns the id of the next instance parameter. */
  private int section(Section section, int[] idOf, int nextParameter) {
    List<Integer> carried = new ArrayList<>(section.operands().stream().map(o -> idOf[o]).toList());
    List<Integer> results = List.of();
    int next = nextParameter;
    for (int i = 0; i < Math.max(1, section.layers()); i++) {
      int[] local = new int[section.body().values().size()];
      for (int a = 0; a < carried.size(); a++) {
        local[section.body().arguments().get(a)] = carried.get(a);
      }
      for (Parameter p : section.body().parameters()) {
        local[p.value().id()] = next++;
      }
      nodes(section, i, local);
      results = section.body().results().stream().map(r -> local[r]).toList();
      for (int r = 0; r < results.size() && r < carried.size(); r++) {
        carried.set(r, results.get(r));
      }
    }
    for (int r = 0; r < results.size(); r++) {
      idOf[section.results().get(r)] = results.get(r);
    }
    return next;
  }

  private void nodes(Section section, int instance, int[] local) {
    for (Node node : section.body().nodes()) {
      List<Integer> operands = node.operands().stream().map(o -> local[o]).toList();
      List<Integer> results = new ArrayList<>();
      for (int r : node.results()) {
        Value value = section.body().value(r);
        local[r] = values.size();
        values.add(new Value(local[r], name(section, instance, value.name()), value.type()));
        results.add(local[r]);
      }
      nodes.add(
          new Node(
              nodes.size(),
              name(section, instance, node.name()),
              node.op(),
              operands,
              results,
              node.span()));
    }
  }

  private static String name(Section section, int instance, String local) {
    return switch (section) {
      case Section.Straight s -> local;
      case Section.Repeat r -> name(r.block(), r.firstInstance() + instance, local);
    };
  }

  private FlatGraph assemble(int[] idOf) {
    return new FlatGraph(
        graph,
        values,
        parameters,
        nodes,
        graph.loss().map(l -> idOf[l]),
        graph.outputs().stream().map(o -> idOf[o]).toList());
  }
}
