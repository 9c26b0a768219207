package autopar.solver.reduce;

import autopar.solver.certificate.ProofStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A problem in the middle of being reduced: the mutable graph on which the rules work.
 *
 * <p>Costs are whole numbers held as doubles, so that sums below 2^53 are exact, and {@code
 * +Infinity} for what is forbidden. Tables belong to edges {@code (a, b)} and are row-major,
 * strategies of b fastest.
 */
final class Draft {
  static final Piece[] NO_PIECES = {};

  /** The time of each row that may bind. */
  int[] rowTimes;

  /** What is left of the limit in each row after the usage that every choice has. */
  double[] slack;

  private double[] spent;

  double constant;
  int nodeCount;

  /** Per node: costs of the strategies left, null once the node is gone. */
  double[][] unary;

  /** Per node: original numbers of the strategies left. */
  int[][] original;

  /** Per node: how many strategies it had originally. */
  int[] originalCount;

  Piece[][] pieces;
  int[][] incident;
  int[] degree;

  int edgeCount;
  int[] endA;
  int[] endB;

  /** Per edge: its table, null once the edge is gone. */
  double[][] table;

  /** Per edge: what rules found out about its present table, as a set of their bits. */
  byte[] known;

  final List<Recovery> recoveries = new ArrayList<>();
  private final IntConsumer touched;

  /** Takes what rules do, in the numbers of this draft, for a proof. */
  final Consumer<ProofStep> journal;

  private String contradiction;

  /**
   * A draft without nodes or edges.
   *
   * @param rowTimes the time of each row
   * @param slack by row, the limit; both arrays are the draft's from now on
   * @param nodes how many nodes will be added at most
   * @param edges how many edges there will be at first
   * @param touched hears of every node around which something changed
   */
  Draft(
      int[] rowTimes,
      double[] slack,
      int nodes,
      int edges,
      IntConsumer touched,
      Consumer<ProofStep> journal) {
    this.touched = touched;
    this.journal = journal;
    this.rowTimes = rowTimes;
    this.slack = slack;
    spent = new double[slack.length + 1];
    unary = new double[nodes][];
    original = new int[nodes][];
    originalCount = new int[nodes];
    pieces = new Piece[nodes][];
    incident = new int[nodes][4];
    degree = new int[nodes];
    endA = new int[edges];
    endB = new int[edges];
    table = new double[edges][];
    known = new byte[edges];
  }

  /** Adds a node and returns its number. */
  int addNode(double[] costs, Piece[] usage) {
    int v = nodeCount++;
    unary[v] = costs;
    original[v] = new int[costs.length];
    for (int s = 0; s < costs.length; s++) {
      original[v][s] = s;
    }
    originalCount[v] = costs.length;
    pieces[v] = usage;
    touch(v);
    return v;
  }

  /** Why no choice is allowed; null as long as that is not certain. */
  String contradiction() {
    return contradiction;
  }

  boolean alive(int node) {
    return unary[node] != null;
  }

  int size(int node) {
    return unary[node].length;
  }

  int other(int edge, int node) {
    return endA[edge] == node ? endB[edge] : endA[edge];
  }

  /** The cell of {@code edge} for strategy s of {@code node} and t of the other end. */
  double cell(int edge, int node, int s, int t) {
    return endA[edge] == node
        ? table[edge][s * size(endB[edge]) + t]
        : table[edge][t * size(node) + s];
  }

  void touch(int node) {
    touched.accept(node);
  }

  void addEdge(int a, int b, double[] costs) {
    if (edgeCount == endA.length) {
      int more = edgeCount + edgeCount / 2 + 16;
      endA = Arrays.copyOf(endA, more);
      endB = Arrays.copyOf(endB, more);
      table = Arrays.copyOf(table, more);
      known = Arrays.copyOf(known, more);
    }
    int e = edgeCount++;
    endA[e] = a;
    endB[e] = b;
    table[e] = costs;
    hang(e, a);
    hang(e, b);
  }

  private void hang(int edge, int node) {
    if (degree[node] == incident[node].length) {
      incident[node] = Arrays.copyOf(incident[node], 2 * degree[node]);
    }
    incident[node][degree[node]++] = edge;
    touch(node);
  }

  /** Gives an edge another table. */
  void setTable(int edge, double[] costs) {
    table[edge] = costs;
    known[edge] = 0;
  }

  void removeEdge(int edge) {
    unhang(edge, endA[edge]);
    unhang(edge, endB[edge]);
    table[edge] = null;
  }

  private void unhang(int edge, int node) {
    int[] list = incident[node];
    int at = 0;
    while (list[at] != edge) {
      at++;
    }
    list[at] = list[--degree[node]];
    touch(node);
  }

  /** Moves the end {@code from} of {@code edge} to {@code to}; the table is set by the caller. */
  void moveEnd(int edge, int from, int to, double[] costs) {
    unhang(edge, from);
    if (endA[edge] == from) {
      endA[edge] = to;
    } else {
      endB[edge] = to;
    }
    setTable(edge, costs);
    hang(edge, to);
    touch(other(edge, to));
  }

  /**
   * Keeps only the strategies of {@code node} that {@code keep} marks; the others are impossible.
   */
  void restrict(int node, boolean[] keep) {
    int[] instead = new int[keep.length];
    Arrays.fill(instead, -1);
    int[] order = IntStream.range(0, keep.length).filter(s -> !keep[s]).toArray();
    restrict(node, keep, order, instead);
  }

  /**
   * Keeps only the strategies of {@code node} that {@code keep} marks.
   *
   * @param order the other strategies, in the order in which they were found not to be needed
   * @param instead by strategy, the one that was no worse then; -1 if it is impossible
   */
  void restrict(int node, boolean[] keep, int[] order, int[] instead) {
    if (journal != Reducer.UNHEARD) {
      int[] numbersOf = original[node];
      journal.accept(
          new ProofStep.Drop(
              node,
              Arrays.stream(order).map(s -> numbersOf[s]).toArray(),
              Arrays.stream(order)
                  .map(s -> instead[s] < 0 ? -1 : numbersOf[instead[s]])
                  .toArray()));
    }
    int count = 0;
    for (boolean kept : keep) {
      count += kept ? 1 : 0;
    }
    if (count == 0) {
      contradict("node " + node + " has no strategy that its neighbours and the limit allow");
      return;
    }
    for (int i = 0; i < degree[node]; i++) {
      int e = incident[node][i];
      setTable(e, restricted(e, node, keep, count));
      touch(other(e, node));
    }
    double[] costs = new double[count];
    int[] numbers = new int[count];
    int at = 0;
    for (int s = 0; s < keep.length; s++) {
      if (keep[s]) {
        costs[at] = unary[node][s];
        numbers[at++] = original[node][s];
      }
    }
    unary[node] = costs;
    original[node] = numbers;
    Piece[] left = new Piece[pieces[node].length];
    for (int p = 0; p < left.length; p++) {
      Piece piece = pieces[node][p];
      double[] usage = new double[count];
      at = 0;
      for (int s = 0; s < keep.length; s++) {
        if (keep[s]) {
          usage[at++] = piece.usage()[s];
        }
      }
      left[p] = new Piece(piece.from(), piece.to(), usage);
    }
    pieces[node] = left;
    touch(node);
  }

  private double[] restricted(int e, int node, boolean[] keep, int count) {
    double[] costs = table[e];
    int others = size(other(e, node));
    double[] result = new double[count * others];
    int at = 0;
    if (endA[e] == node) {
      for (int s = 0; s < keep.length; s++) {
        if (keep[s]) {
          System.arraycopy(costs, s * others, result, at, others);
          at += others;
        }
      }
    } else {
      for (int t = 0; t < others; t++) {
        for (int s = 0; s < keep.length; s++) {
          if (keep[s]) {
            result[at++] = costs[t * keep.length + s];
          }
        }
      }
    }
    return result;
  }

  /** Removes a node without edges or usage; {@code recovery} says how it is decided later. */
  void removeNode(int node, Recovery recovery) {
    recoveries.add(recovery);
    unary[node] = null;
    original[node] = null;
    pieces[node] = NO_PIECES;
  }

  /** Notes that every choice has this usage in rows {@code [from, to)}. */
  void spend(int from, int to, double usage) {
    spent[from] += usage;
    spent[to] -= usage;
  }

  /** Takes what was spent off the slack of each row. */
  void settle() {
    double sum = 0;
    for (int r = 0; r < slack.length; r++) {
      sum += spent[r];
      slack[r] -= sum;
    }
    Arrays.fill(spent, 0);
  }

  /** Keeps only the rows that {@code keep} marks, once all that was spent is settled. */
  void restrictRows(boolean[] keep) {
    int[] before = rowTimes;
    journal.accept(
        new ProofStep.Rows(
            IntStream.range(0, keep.length).filter(r -> keep[r]).map(r -> before[r]).toArray()));
    int[] renumbered = new int[keep.length + 1];
    int count = 0;
    for (int r = 0; r < keep.length; r++) {
      renumbered[r] = count;
      if (keep[r]) {
        rowTimes[count] = rowTimes[r];
        slack[count++] = slack[r];
      }
    }
    renumbered[keep.length] = count;
    rowTimes = Arrays.copyOf(rowTimes, count);
    slack = Arrays.copyOf(slack, count);
    spent = new double[count + 1];
    for (int v = 0; v < nodeCount; v++) {
      Piece[] moved = new Piece[pieces[v].length];
      for (int p = 0; p < moved.length; p++) {
        Piece piece = pieces[v][p];
        int from = renumbered[piece.from()];
        int to = renumbered[piece.to()];
        moved[p] = new Piece(from, to, piece.usage());
        if (to - from < piece.to() - piece.from()) {
          touch(v);
        }
      }
      pieces[v] = moved;
    }
  }

  /** Notes that no choice is allowed, and why. */
  void contradict(String reason) {
    if (contradiction == null) {
      contradiction = reason;
    }
  }
}
