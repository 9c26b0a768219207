package autopar.ir.graph;

import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides exactly whether consecutive stretches of nodes are instances of one layer.
 *
 * <p>Node t of every layer must apply the same op. Each of its operands must be, in all layers
 * alike: the value of an earlier node of the layer; a parameter that only this layer reads; one and
 * the same value from outside; or a value of the layer before (for the first layer: from outside),
 * which is then carried. Nothing else may read what a layer makes, except that what the last one
 * carries is the result.
 */
final class MatchLayers {

  /** No op has more results. */
  private static final int MAX_RESULTS = 8;

  private final FlatGraph flat;
  private final int[] maker;
  private final int[] firstReader;
  private final int[] lastReader;
  private final Parameter[] parameters;

  MatchLayers(FlatGraph flat) {
    this.flat = flat;
    int n = flat.values().size();
    this.maker = new int[n];
    this.firstReader = new int[n];
    this.lastReader = new int[n];
    this.parameters = new Parameter[n];
    Arrays.fill(maker, -1);
    Arrays.fill(firstReader, Integer.MAX_VALUE);
    Arrays.fill(lastReader, -1);
    flat.parameters().forEach(p -> parameters[p.value().id()] = p);
    for (Node node : flat.nodes()) {
      node.results().forEach(r -> maker[r] = node.id());
      for (int o : node.operands()) {
        firstReader[o] = Math.min(firstReader[o], node.id());
        lastReader[o] = node.id();
      }
    }
    flat.roots().forEach(r -> lastReader[r] = flat.nodes().size());
  }

  /** The layers of {@code period} nodes from {@code start} on, if at least two are equal. */
  Optional<LayerRun> match(int start, int period, int count) {
    for (int n = count; n >= 2; n--) {
      Optional<LayerRun> run = new Attempt(start, period, n).run();
      // Only the end of a run can spoil it: what follows the layers often looks like one more.
      if (run.isPresent() || n < count - 1) {
        return run;
      }
    }
    return Optional.empty();
  }

  private final class Attempt {
    private final int start;
    private final int period;
    private final int count;
    private final Map<Integer, Integer> carried = new LinkedHashMap<>();
    private final Set<Integer> shared = new LinkedHashSet<>();
    private final Map<Integer, int[]> owned = new LinkedHashMap<>();

    Attempt(int start, int period, int count) {
      this.start = start;
      this.period = period;
      this.count = count;
    }

    Optional<LayerRun> run() {
      for (int t = 0; t < period; t++) {
        if (!node(t)) {
          return Optional.empty();
        }
      }
      // Without parameters of its own a stretch is no layer worth a repeat.
      return carried.isEmpty() || owned.isEmpty() || !distinctArguments() || !closed()
          ? Optional.empty()
          : Optional.of(build());
    }

    private Node at(int layer, int t) {
      return flat.nodes().get(start + layer * period + t);
    }

    private boolean node(int t) {
      Node first = at(0, t);
      for (int layer = 1; layer < count; layer++) {
        Node other = at(layer, t);
        if (!first.op().equals(other.op())
            || first.operands().size() != other.operands().size()
            || first.results().size() != other.results().size()) {
          return false;
        }
      }
      for (int i = 0; i < first.operands().size(); i++) {
        int[] operands = new int[count];
        for (int layer = 0; layer < count; layer++) {
          operands[layer] = at(layer, t).operands().get(i);
        }
        if (!operand(operands)) {
          return false;
        }
      }
      return true;
    }

    private boolean operand(int[] operands) {
      if (internal(operands) || same(operands)) {
        return true;
      }
      return parameters[operands[0]] != null && parameters[operands[1]] != null
          ? own(operands)
          : carry(operands);
    }

    private boolean internal(int[] operands) {
      int expected = position(operands[0], 0);
      for (int layer = 0; layer < count; layer++) {
        if (expected < 0 || position(operands[layer], layer) != expected) {
          return false;
        }
      }
      return true;
    }

    /** Which result of the layer a value is, counted over its nodes; -1 if it is none. */
    private int position(int value, int layer) {
      int t = maker[value] - (start + layer * period);
      return maker[value] < 0 || t < 0 || t >= period
          ? -1
          : t * MAX_RESULTS + at(layer, t).results().indexOf(value);
    }

    private boolean same(int[] operands) {
      boolean outside = maker[operands[0]] < start;
      if (outside && Arrays.stream(operands).allMatch(o -> o == operands[0])) {
        shared.add(operands[0]);
        return true;
      }
      return false;
    }

    private boolean own(int[] operands) {
      int[] known = owned.get(operands[0]);
      if (known != null) {
        return Arrays.equals(known, operands);
      }
      Parameter first = parameters[operands[0]];
      for (int layer = 0; layer < count; layer++) {
        Parameter p = parameters[operands[layer]];
        int from = start + layer * period;
        if (p == null
            || firstReader[p.value().id()] < from
            || lastReader[p.value().id()] >= from + period
            || p.frozen() != first.frozen()
            || !p.initializer().equals(first.initializer())
            || !p.value().type().equals(first.value().type())) {
          return false;
        }
      }
      owned.put(operands[0], operands);
      return true;
    }

    private boolean carry(int[] operands) {
      int from = position(operands[1], 0);
      if (from < 0 || maker[operands[0]] >= start) {
        return false;
      }
      for (int layer = 1; layer < count; layer++) {
        if (position(operands[layer], layer - 1) != from) {
          return false;
        }
      }
      if (!type(operands[0]).equals(type(operands[1]))) {
        return false;
      }
      Integer known = carried.putIfAbsent(from, operands[0]);
      return known == null || known == operands[0];
    }

    private TensorType type(int value) {
      return flat.values().get(value).type();
    }

    /** Nothing but the next layer reads a layer, and only what is carried leaves it. */
    private boolean closed() {
      for (int layer = 0; layer < count; layer++) {
        int end = start + (layer + 1) * period;
        boolean last = layer == count - 1;
        for (int t = 0; t < period; t++) {
          for (int r : at(layer, t).results()) {
            boolean leaves = lastReader[r] >= end;
            boolean far = !last && lastReader[r] >= end + period;
            if (far || leaves && !carried.containsKey(position(r, layer))) {
              return false;
            }
          }
        }
      }
      return true;
    }

    /** A value from outside is one argument: carried once, or shared. */
    private boolean distinctArguments() {
      Set<Integer> distinct = new LinkedHashSet<>(carried.values());
      return distinct.size() == carried.size() && shared.stream().noneMatch(distinct::contains);
    }

    private LayerRun build() {
      List<Integer> arguments = new ArrayList<>(carried.values());
      Body body = body(arguments);
      List<Integer> results = new ArrayList<>();
      carried.keySet().forEach(p -> results.add(value(count - 1, p)));
      Set<Integer> parametersOfLayers = new LinkedHashSet<>();
      owned.values().forEach(o -> Arrays.stream(o).forEach(parametersOfLayers::add));
      List<Integer> all = new ArrayList<>(arguments);
      all.addAll(shared);
      return new LayerRun("", 0, count, body, all, results, parametersOfLayers);
    }

    private int value(int layer, int position) {
      return at(layer, position / MAX_RESULTS).results().get(position % MAX_RESULTS);
    }

    private Body body(List<Integer> carriedArguments) {
      List<Integer> arguments = new ArrayList<>(carriedArguments);
      arguments.addAll(shared);
      List<Parameter> own = owned.keySet().stream().map(o -> parameters[o]).toList();
      List<Integer> results = carried.keySet().stream().map(p -> value(0, p)).toList();
      return LocalBody.of(
          flat.nodes().subList(start, start + period),
          arguments,
          own,
          results,
          flat.values(),
          id -> flat.values().get(id).name());
    }
  }
}
