package autopar.ir.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names for found layers. Where all values of layer i are called {@code prefix.i.local}, counted
 * from 0, the layers are block {@code prefix} and keep their names; otherwise they are called
 * {@code layer}, {@code layer2}, ... and keep the local names of their first instance.
 */
final class LayerNames {

  private static final Pattern INDEXED = Pattern.compile("(.+?)\\.0\\.(.+)");

  private LayerNames() {}

  static List<FlatGraph.Piece> give(FlatGraph flat, List<FlatGraph.Piece> pieces) {
    Set<String> blocks = new HashSet<>();
    List<FlatGraph.Piece> named = new ArrayList<>();
    for (FlatGraph.Piece piece : pieces) {
      named.add(
          switch (piece) {
            case FlatGraph.Piece.Run r -> r;
            case FlatGraph.Piece.Layers l ->
                new FlatGraph.Piece.Layers(l.from(), l.to(), named(flat, l, blocks));
          });
    }
    return named;
  }

  private static LayerRun named(FlatGraph flat, FlatGraph.Piece.Layers piece, Set<String> blocks) {
    Optional<String> prefix = prefix(flat, piece).filter(p -> !blocks.contains(p));
    String block = prefix.orElse("layer");
    for (int i = 2; !blocks.add(block); i++) {
      block = "layer" + i;
    }
    LayerRun run = piece.run();
    Body body = prefix.map(p -> local(run.body(), p + ".0.")).orElse(run.body());
    return new LayerRun(
        block, 0, run.count(), body, run.arguments(), run.results(), run.ownedParameters());
  }

  /** The prefix that all values of all layers have with their layer's number. */
  private static Optional<String> prefix(FlatGraph flat, FlatGraph.Piece.Layers piece) {
    int period = (piece.to() - piece.from()) / piece.run().count();
    String name = resultName(flat, piece.from());
    Matcher m = INDEXED.matcher(name);
    if (!m.matches()) {
      return Optional.empty();
    }
    String prefix = m.group(1);
    Map<Integer, String> locals = new HashMap<>();
    for (int i = piece.from(); i < piece.to(); i++) {
      int layer = (i - piece.from()) / period;
      int t = (i - piece.from()) % period;
      String start = prefix + "." + layer + ".";
      String other = resultName(flat, i);
      if (!other.startsWith(start)) {
        return Optional.empty();
      }
      String local = other.substring(start.length());
      if (!local.equals(locals.computeIfAbsent(t, k -> local))) {
        return Optional.empty();
      }
    }
    return Optional.of(prefix);
  }

  private static String resultName(FlatGraph flat, int node) {
    return flat.values().get(flat.nodes().get(node).results().get(0)).name();
  }

  /** The body with {@code prefix} taken from its names; arguments that clash get a tail. */
  private static Body local(Body body, String prefix) {
    Set<String> taken = new HashSet<>();
    List<Value> values = new ArrayList<>(body.values());
    int arguments = body.arguments().size();
    for (int i = arguments; i < values.size() + arguments; i++) {
      // Own values first: their names matter more than those of arguments.
      Value v = values.get(i % values.size());
      String name = v.name().startsWith(prefix) ? v.name().substring(prefix.length()) : v.name();
      String free = name;
      for (int k = 2; !taken.add(free); k++) {
        free = name + k;
      }
      values.set(i % values.size(), new Value(v.id(), free, v.type()));
    }
    List<Parameter> parameters = new ArrayList<>();
    for (Parameter p : body.parameters()) {
      parameters.add(
          new Parameter(values.get(p.value().id()), p.initializer(), p.frozen(), p.span()));
    }
    List<Node> nodes = new ArrayList<>();
    for (Node n : body.nodes()) {
      String name = values.get(n.results().get(0)).name();
      nodes.add(new Node(n.id(), name, n.op(), n.operands(), n.results(), n.span()));
    }
    return new Body(values, body.arguments(), parameters, nodes, body.results());
  }
}
