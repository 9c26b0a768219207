package autopar.ir.graph;

import java.util.List;

/**
 * A closed piece of graph: nodes in execution order over local values.
 *
 * <p>{@code values} holds every local value by id: arguments first, then parameters, then node
 * results in node order. Arguments are bound by the {@link Section} that holds the body; a
 * parameter is a fresh tensor for every instance of the body.
 */
public record Body(
    List<Value> values,
    List<Integer> arguments,
    List<Parameter> parameters,
    List<Node> nodes,
    List<Integer> results) {

  public Body {
    values = List.copyOf(values);
    arguments = List.copyOf(arguments);
    parameters = List.copyOf(parameters);
    nodes = List.copyOf(nodes);
    results = List.copyOf(results);
  }

  public Value value(int id) {
    return values.get(id);
  }
}
