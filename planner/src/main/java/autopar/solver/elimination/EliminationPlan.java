package autopar.solver.elimination;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * The order in which the variables of one graph are minimised out, found once and used for many
 * cost tables.
 *
 * <p>Bucket elimination (Dechter, "Bucket elimination: a unifying framework for reasoning", 1999):
 * the variable whose neighbours span the smallest table goes first. Minimising the cost of the
 * order is NP-hard; the greedy choice is exact on trees and series-parallel graphs. Time and memory
 * are the sum over variables of the product of the domains of the variable and its neighbours when
 * it goes.
 *
 * <p>A plan is immutable and may be shared by threads; a workspace may not.
 */
public final class EliminationPlan {
  /** The largest message a plan may build, in cells. */
  private static final double MAX_CELLS = 1 << 26;

  final int[] domains;
  final int[][] edges;
  final int[] interfaceVariables;

  /** Variables in the order they go. */
  final int[] order;

  /** By position in {@code order}: the variables that the message of this one ranges over. */
  final int[][] scopes;

  /** By position: edges taken up, and earlier positions whose messages are taken up. */
  final int[][] edgeInputs;

  final int[][] messageInputs;

  /** Edges and messages left for the table over the interface variables. */
  final int[] finalEdges;

  final int[] finalMessages;

  private final double cells;

  private EliminationPlan(int[] domains, int[][] edges, int[] interfaceVariables) {
    this.domains = domains;
    this.edges = edges;
    this.interfaceVariables = interfaceVariables;
    int n = domains.length;
    boolean[] kept = new boolean[n];
    for (int v : interfaceVariables) {
      kept[v] = true;
    }
    List<TreeSet<Integer>> neighbours = neighbours(n, edges);
    order = new int[n - interfaceVariables.length];
    scopes = new int[order.length][];
    boolean[] gone = kept.clone();
    double total = 0;
    for (int step = 0; step < order.length; step++) {
      int next = cheapest(neighbours, gone);
      double size = tableSize(neighbours, next);
      if (size / domains[next] > MAX_CELLS) {
        throw new IllegalArgumentException("elimination needs a table of " + size + " cells");
      }
      total += size;
      order[step] = next;
      scopes[step] = scopeOf(neighbours.get(next));
      gone[next] = true;
      eliminate(neighbours, next);
    }
    double last = 1;
    for (int v : interfaceVariables) {
      last *= domains[v];
    }
    if (last > MAX_CELLS) {
      throw new IllegalArgumentException("interface needs a table of " + last + " cells");
    }
    cells = total + last;
    int[] position = new int[n];
    Arrays.fill(position, order.length);
    for (int step = 0; step < order.length; step++) {
      position[order[step]] = step;
    }
    int[][] byStepEdges = assign(edges, position, order.length);
    int[][] byStepMessages = assign(scopes, position, order.length);
    edgeInputs = Arrays.copyOf(byStepEdges, order.length);
    messageInputs = Arrays.copyOf(byStepMessages, order.length);
    finalEdges = byStepEdges[order.length];
    finalMessages = byStepMessages[order.length];
  }

  /**
   * Plans the elimination of every variable that is not of the interface.
   *
   * @param domainSizes the number of values of each variable, at least one
   * @param edges pairs of distinct variables; the same pair may occur more than once
   * @param interfaceVariables the variables that the projection keeps, in the order of its table
   * @throws IllegalArgumentException if the tables would not fit in memory
   */
  public static EliminationPlan of(int[] domainSizes, int[][] edges, int... interfaceVariables) {
    int[][] copied = new int[edges.length][];
    for (int e = 0; e < edges.length; e++) {
      if (edges[e].length != 2 || edges[e][0] == edges[e][1]) {
        throw new IllegalArgumentException("edge " + e + " does not join two distinct variables");
      }
      copied[e] = edges[e].clone();
    }
    return new EliminationPlan(domainSizes.clone(), copied, interfaceVariables.clone());
  }

  /** An empty workspace for solves with this plan, for one thread at a time. */
  public EliminationWorkspace newWorkspace() {
    return new EliminationWorkspace(this);
  }

  /** The number of variables. */
  public int variableCount() {
    return domains.length;
  }

  /** The number of table cells visited by one solve without pruning. */
  public double cells() {
    return cells;
  }

  /** The number of variables of the largest table, the eliminated one included. */
  public int width() {
    int width = interfaceVariables.length;
    for (int[] scope : scopes) {
      width = Math.max(width, scope.length + 1);
    }
    return width;
  }

  private static List<TreeSet<Integer>> neighbours(int n, int[][] edges) {
    List<TreeSet<Integer>> neighbours = new ArrayList<>(n);
    for (int v = 0; v < n; v++) {
      neighbours.add(new TreeSet<>());
    }
    for (int[] edge : edges) {
      neighbours.get(edge[0]).add(edge[1]);
      neighbours.get(edge[1]).add(edge[0]);
    }
    return neighbours;
  }

  private int cheapest(List<TreeSet<Integer>> neighbours, boolean[] gone) {
    int best = -1;
    double bestSize = Double.POSITIVE_INFINITY;
    for (int v = 0; v < domains.length; v++) {
      if (!gone[v]) {
        double size = tableSize(neighbours, v);
        if (best < 0 || size < bestSize) {
          best = v;
          bestSize = size;
        }
      }
    }
    return best;
  }

  private double tableSize(List<TreeSet<Integer>> neighbours, int v) {
    double size = domains[v];
    for (int u : neighbours.get(v)) {
      size *= domains[u];
    }
    return size;
  }

  private static int[] scopeOf(TreeSet<Integer> variables) {
    return variables.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void eliminate(List<TreeSet<Integer>> neighbours, int v) {
    for (int u : neighbours.get(v)) {
      neighbours.get(u).addAll(neighbours.get(v));
      neighbours.get(u).remove(u);
      neighbours.get(u).remove(v);
    }
  }

  /** Gives every scope to the step that first eliminates one of its variables. */
  private static int[][] assign(int[][] scopes, int[] position, int steps) {
    List<List<Integer>> taken = new ArrayList<>();
    for (int step = 0; step <= steps; step++) {
      taken.add(new ArrayList<>());
    }
    for (int i = 0; i < scopes.length; i++) {
      int first = steps;
      for (int v : scopes[i]) {
        first = Math.min(first, position[v]);
      }
      taken.get(first).add(i);
    }
    int[][] result = new int[steps + 1][];
    for (int step = 0; step <= steps; step++) {
      result[step] = taken.get(step).stream().mapToInt(Integer::intValue).toArray();
    }
    return result;
  }
}
