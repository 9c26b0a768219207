package autopar.ir.graph;

import autopar.ir.op.Op;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds repeated layers in a flat graph and makes them repeats, so that they are planned once.
 *
 * <p>Periods are guessed from the distances between equal stretches of ops (as in finding repeats
 * by k-mers), then every alignment of a guessed period is checked exactly by {@link MatchLayers}.
 * The run that covers most nodes is taken, the shortest period first, and the rest is searched
 * again. Cost: O(n) per guess plus O(n * period) for the guesses that hold; at most {@value
 * #GUESSES} guesses a round.
 */
public final class FindLayers {

  private static final int WINDOW = 4;
  private static final int GUESSES = 24;

  private final FlatGraph flat;
  private final int[] signature;
  private final MatchLayers match;

  private FindLayers(FlatGraph flat) {
    this.flat = flat;
    this.signature = signatures(flat);
    this.match = new MatchLayers(flat);
  }

  /**
   * {@code graph} with its layers as repeats. A graph that has repeats already, or no two equal
   * layers with parameters of their own, is returned as it is.
   */
  public static Graph in(Graph graph) {
    boolean flat =
        graph.sections().size() == 1 && graph.sections().get(0) instanceof Section.Straight;
    return flat ? new FindLayers(GraphExpansion.flat(graph)).find(graph) : graph;
  }

  private Graph find(Graph graph) {
    List<FlatGraph.Piece> pieces = new ArrayList<>();
    search(0, flat.nodes().size(), pieces);
    boolean found = pieces.stream().anyMatch(p -> p instanceof FlatGraph.Piece.Layers);
    if (!found) {
      return graph;
    }
    Graph result = flat.cut(LayerNames.give(flat, pieces));
    GraphVerifier.verify(result);
    return result;
  }

  private void search(int from, int to, List<FlatGraph.Piece> pieces) {
    Optional<FlatGraph.Piece.Layers> best = Optional.empty();
    for (int period : periods(from, to)) {
      Optional<FlatGraph.Piece.Layers> run = longest(from, to, period);
      if (run.isPresent() && (best.isEmpty() || length(run.get()) > length(best.get()))) {
        best = run;
      }
    }
    if (best.isEmpty()) {
      if (from < to) {
        pieces.add(new FlatGraph.Piece.Run(from, to));
      }
      return;
    }
    search(from, best.get().from(), pieces);
    pieces.add(best.get());
    search(best.get().to(), to, pieces);
  }

  private static int length(FlatGraph.Piece piece) {
    return piece.to() - piece.from();
  }

  /** Distances at which stretches of ops recur, ascending; the most frequent ones only. */
  private List<Integer> periods(int from, int to) {
    Map<Integer, Integer> last = new HashMap<>();
    Map<Integer, Integer> counts = new TreeMap<>();
    for (int i = from; i + WINDOW <= to; i++) {
      int hash = 1;
      for (int k = 0; k < WINDOW; k++) {
        hash = 31 * hash + signature[i + k];
      }
      Integer before = last.put(hash, i);
      if (before != null) {
        counts.merge(i - before, i - before, Integer::sum);
      }
    }
    return counts.entrySet().stream()
        .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
        .limit(GUESSES)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** The longest run of layers of {@code period} nodes in {@code [from, to)}. */
  private Optional<FlatGraph.Piece.Layers> longest(int from, int to, int period) {
    Optional<FlatGraph.Piece.Layers> best = Optional.empty();
    int start = from;
    while (start + 2 * period <= to) {
      int end = start;
      while (end + period < to && signature[end] == signature[end + period]) {
        end++;
      }
      if (end - start >= period) {
        Optional<FlatGraph.Piece.Layers> run = aligned(start, end + period, period);
        if (run.isPresent() && (best.isEmpty() || length(run.get()) > length(best.get()))) {
          best = run;
        }
      }
      start = end + 1;
    }
    return best;
  }

  /** The alignment with the fewest carried values, then the most layers, then the first. */
  private Optional<FlatGraph.Piece.Layers> aligned(int from, int to, int period) {
    Optional<FlatGraph.Piece.Layers> best = Optional.empty();
    for (int start = from; start < from + period && start + 2 * period <= to; start++) {
      int count = (to - start) / period;
      Optional<LayerRun> run = match.match(start, period, count);
      boolean better =
          run.isPresent()
              && (best.isEmpty()
                  || run.get().results().size() < best.get().run().results().size()
                  || run.get().results().size() == best.get().run().results().size()
                      && run.get().count() > best.get().run().count());
      if (better) {
        int end = start + run.get().count() * period;
        best = Optional.of(new FlatGraph.Piece.Layers(start, end, run.get()));
      }
    }
    return best;
  }

  private static int[] signatures(FlatGraph flat) {
    record Shape(Op op, List<TensorType> operands) {}

    Map<Shape, Integer> known = new HashMap<>();
    int[] signature = new int[flat.nodes().size()];
    for (Node node : flat.nodes()) {
      List<TensorType> types =
          node.operands().stream().map(o -> flat.values().get(o).type()).toList();
      Shape shape = new Shape(node.op(), types);
      Integer id = known.putIfAbsent(shape, known.size());
      signature[node.id()] = id == null ? known.size() - 1 : id;
    }
    return signature;
  }
}
