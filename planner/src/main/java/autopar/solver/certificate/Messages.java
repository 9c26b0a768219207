package autopar.solver.certificate;

import autopar.solver.certificate.ProofNode.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Passes messages through a state that was weighed, in exact integers: what strategies and cells
 * are above the least of their node or edge moves on to the neighbours (the sweeps of Kolmogorov,
 * "Convergent tree-reweighted message passing for energy minimization", 2006), and what more than
 * there is room for meets at one place is forbidden.
 *
 * <p>Safe whatever is moved: what an edge gives to a strategy it loses in the strategy's cells, so
 * no choice's sum changes. As no cell becomes negative, the sum over nodes of their least values is
 * a bound, and a choice with a certain strategy or cell is at least as much above it as these are
 * above the least of their nodes.
 */
final class Messages {
  private static final int SWEEPS = 2;

  /**
   * With more room than this nothing is tried. What strategies that are left are worth is within
   * the room, so that sums over the edges of a node are far from an overflow.
   */
  private static final long MOST_ROOM = 1L << 46;

  /** Stands for a forbidden cell: more than any room, so that messages feel it. */
  private static final long FORBIDDEN = 1L << 50;

  /** An edge with what it has given so far to the strategies of its lower node and its higher. */
  private record Edge(int low, int high, long[] cells, long[] toLow, long[] toHigh) {}

  private final ProofState state;
  private final int[] nodes;
  private final long room;

  private final long[][] values;
  private final boolean[][] gone;
  private final long[] least;
  private final List<List<Edge>> before = new ArrayList<>();
  private final List<List<Edge>> after = new ArrayList<>();
  private final List<Edge> edges = new ArrayList<>();

  /** The sum of {@link #least}. */
  private long bound;

  /**
   * @param above by node and strategy, what it is above the least of its node
   * @param room what a choice below the proved bound is above the least of all nodes and edges
   */
  private Messages(ProofState state, long[][] above, long room) {
    this.state = state;
    this.room = room;
    nodes = state.nodesLeft();
    values = new long[nodes.length][];
    gone = new boolean[nodes.length][];
    least = new long[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      values[i] = Arrays.stream(above[nodes[i]]).map(a -> a > room ? FORBIDDEN : a).toArray();
      gone[i] = new boolean[values[i].length];
      before.add(new ArrayList<>());
      after.add(new ArrayList<>());
    }
    for (int i = 0; i < nodes.length; i++) {
      for (Table table : state.node(nodes[i]).tablesAbove(nodes[i])) {
        add(i, Arrays.binarySearch(nodes, table.high()), table.cells());
      }
      lower(i);
    }
  }

  private void add(int low, int high, long[] cells) {
    long base = Arrays.stream(cells).min().orElseThrow();
    long[] rest =
        Arrays.stream(cells)
            .map(c -> c == ProofState.NEVER || c - base > room ? FORBIDDEN : c - base)
            .toArray();
    Edge edge =
        new Edge(low, high, rest, new long[values[low].length], new long[values[high].length]);
    edges.add(edge);
    after.get(low).add(edge);
    before.get(high).add(edge);
  }

  /**
   * Forbids what no choice below the proved bound has, or closes the state.
   *
   * @param above by node of the problem and strategy left, what it is above the least of its node
   * @param room what such a choice is above the least of all nodes and edges; not negative
   */
  static void pass(ProofState state, long[][] above, long room) {
    if (room < MOST_ROOM) {
      new Messages(state, above, room).run();
    }
  }

  private void run() {
    for (int sweep = 0; sweep < SWEEPS && bound <= room; sweep++) {
      for (int v = 0; v < nodes.length && bound <= room; v++) {
        send(v, after.get(v), before.get(v).size());
      }
      for (int v = nodes.length - 1; v >= 0 && bound <= room; v--) {
        send(v, before.get(v), after.get(v).size());
      }
    }
    if (bound > room) {
      state.close();
      return;
    }
    for (Edge edge : edges) {
      forbid(edge);
    }
    for (int i = 0; i < nodes.length && !state.isClosed(); i++) {
      boolean[] keep = new boolean[gone[i].length];
      for (int s = 0; s < keep.length; s++) {
        keep[s] = !gone[i][s];
      }
      state.restrict(nodes[i], keep);
    }
  }

  /** Gives what {@code v} has to the edges {@code to}, and what these have then to their ends. */
  private void send(int v, List<Edge> to, int others) {
    long[] own = values[v];
    for (int s = 0; s < own.length; s++) {
      gone[v][s] |= bound + own[s] - least[v] > room;
    }
    lower(v);
    if (to.isEmpty() || bound > room) {
      return;
    }
    int parts = Math.max(to.size(), others);
    long[] share = new long[own.length];
    for (int s = 0; s < own.length; s++) {
      share[s] = gone[v][s] ? 0 : (own[s] - least[v]) / parts;
      own[s] -= to.size() * share[s];
    }
    lower(v);
    for (Edge edge : to) {
      long[] mine = edge.low == v ? edge.toLow : edge.toHigh;
      for (int s = 0; s < own.length; s++) {
        mine[s] -= share[s];
      }
      pass(edge, v);
      meet(edge);
    }
  }

  /** Moves what an edge has beyond zero to the strategies of the end that is not {@code from}. */
  private void pass(Edge edge, int from) {
    boolean up = edge.low == from;
    int u = up ? edge.high : edge.low;
    long[] theirs = up ? edge.toHigh : edge.toLow;
    long[] found = new long[theirs.length];
    Arrays.fill(found, Long.MAX_VALUE);
    for (int s = 0, c = 0; s < edge.toLow.length; s++) {
      for (int t = 0; t < edge.toHigh.length; t++, c++) {
        if (!gone[from][up ? s : t]) {
          int at = up ? t : s;
          found[at] = Math.min(found[at], edge.cells[c] - (up ? edge.toLow[s] : edge.toHigh[t]));
        }
      }
    }
    for (int t = 0; t < theirs.length; t++) {
      values[u][t] += found[t] - theirs[t];
      theirs[t] = found[t];
    }
    lower(u);
  }

  /** Forbids the cells in which more than there is room for meets. */
  private void meet(Edge edge) {
    long[] low = values[edge.low];
    long[] high = values[edge.high];
    long left = room - bound + least[edge.low] + least[edge.high];
    for (int s = 0, c = 0; s < low.length; s++) {
      long spare = left - low[s] + edge.toLow[s];
      for (int t = 0; t < high.length; t++, c++) {
        if (edge.cells[c] < FORBIDDEN && edge.cells[c] - edge.toHigh[t] + high[t] > spare) {
          edge.cells[c] = FORBIDDEN;
        }
      }
    }
  }

  /** Finds the least value of a node anew; without a strategy it is beyond all room. */
  private void lower(int v) {
    bound -= least[v];
    least[v] = Long.MAX_VALUE;
    for (int s = 0; s < values[v].length; s++) {
      if (!gone[v][s]) {
        least[v] = Math.min(least[v], values[v][s]);
      }
    }
    least[v] = least[v] == Long.MAX_VALUE ? FORBIDDEN : least[v];
    bound += least[v];
  }

  private void forbid(Edge edge) {
    ProofNode low = state.node(nodes[edge.low]);
    long[] cells = low.tables.get(nodes[edge.high]).cells().clone();
    for (int c = 0; c < cells.length; c++) {
      cells[c] = edge.cells[c] < FORBIDDEN ? cells[c] : ProofState.NEVER;
    }
    state.put(new Table(nodes[edge.low], nodes[edge.high], cells));
  }
}
