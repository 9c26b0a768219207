package autopar.ir.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Makes a body of nodes that speak of the values of a larger list. */
final class LocalBody {

  private final List<Value> all;
  private final IntFunction<String> names;
  private final Map<Integer, Integer> ids = new HashMap<>();
  private final List<Value> values = new ArrayList<>();

  private LocalBody(List<Value> all, IntFunction<String> names) {
    this.all = all;
    this.names = names;
  }

  /**
   * The body of {@code nodes}.
   *
   * @param arguments what the nodes read but neither make nor own, by id in {@code all}
   * @param names local names of values by id in {@code all}
   */
  static Body of(
      List<Node> nodes,
      List<Integer> arguments,
      List<Parameter> parameters,
      List<Integer> results,
      List<Value> all,
      IntFunction<String> names) {
    LocalBody body = new LocalBody(all, names);
    List<Integer> localArguments = arguments.stream().map(body::define).toList();
    List<Parameter> localParameters = new ArrayList<>();
    for (Parameter p : parameters) {
      Value value = body.values.get(body.define(p.value().id()));
      localParameters.add(new Parameter(value, p.initializer(), p.frozen(), p.span()));
    }
    List<Node> localNodes = new ArrayList<>();
    for (Node node : nodes) {
      List<Integer> operands = node.operands().stream().map(body.ids::get).toList();
      List<Integer> made = node.results().stream().map(body::define).toList();
      String name = made.isEmpty() ? node.name() : body.values.get(made.get(0)).name();
      localNodes.add(new Node(localNodes.size(), name, node.op(), operands, made, node.span()));
    }
    return new Body(
        body.values,
        localArguments,
        localParameters,
        localNodes,
        results.stream().map(body.ids::get).toList());
  }

  private int define(int id) {
    int local = values.size();
    ids.put(id, local);
    values.add(new Value(local, names.apply(id), all.get(id).type()));
    return local;
  }
}
