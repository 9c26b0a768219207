package autopar.solver.search;

import autopar.solver.reduce.Core;
import java.util.Arrays;

/**
 * The nodes of a block as a problem of their own: what surrounds them is folded into their costs,
 * and dominated strategies go before tables are built.
 *
 * <p>One value serves block after block; its arrays are longer than {@link #count} and {@link
 * #edges} where an earlier block was larger.
 */
final class BlockProblem {
  private final CoreGraph graph;
  private final Core core;
  private final double never;

  /** By node of the core, its position in the block; -1 outside of it. */
  private final int[] local;

  int count;

  /** By position, the node of the core. */
  int[] node = {};

  /** By position, the strategies of the core that are left, and how many. */
  int[][] alive = {};

  int[] sizes = {};

  /** By position and strategy left. */
  double[][] costs = {};

  int edges;
  int[] endA = {};
  int[] endB = {};
  double[][] tables = {};

  /**
   * @param never the cost that stands for a forbidden strategy or cell
   */
  BlockProblem(CoreGraph graph, double never) {
    this.graph = graph;
    this.core = graph.core;
    this.never = never;
    local = new int[core.nodeCount()];
    Arrays.fill(local, -1);
  }

  /** The cost of a choice, by position an index of the strategies left. */
  double cost(int[] choice) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += costs[i][choice[i]];
    }
    for (int e = 0; e < edges; e++) {
      sum += tables[e][choice[endA[e]] * sizes[endB[e]] + choice[endB[e]]];
    }
    return sum;
  }

  /** Writes to {@code choice} what the nodes have now. */
  void current(Standing standing, int[] choice) {
    for (int i = 0; i < count; i++) {
      int strategy = standing.choice[node[i]];
      choice[i] = Arrays.binarySearch(alive[i], 0, sizes[i], strategy);
    }
  }

  /** Takes up the first {@code size} nodes of {@code block}, all others as they stand. */
  void build(Standing standing, int[] block, int size) {
    for (int i = 0; i < count; i++) {
      local[node[i]] = -1;
    }
    reserve(size);
    count = size;
    edges = 0;
    for (int i = 0; i < size; i++) {
      node[i] = block[i];
      local[block[i]] = i;
    }
    for (int i = 0; i < size; i++) {
      foldSurroundings(standing, i);
    }
    for (int i = 0; i < size; i++) {
      prune(standing, i);
    }
    for (int i = 0; i < size; i++) {
      gatherEdges(i);
    }
  }

  private void reserve(int size) {
    if (node.length >= size) {
      return;
    }
    node = new int[size];
    alive = new int[size][];
    sizes = new int[size];
    costs = new double[size][];
  }

  private void foldSurroundings(Standing standing, int i) {
    int v = node[i];
    int domain = core.size(v);
    double[] folded = new double[domain];
    for (int s = 0; s < domain; s++) {
      folded[s] = soft(core.unary()[v][s]);
    }
    for (int k = graph.begin[v]; k < graph.begin[v + 1]; k++) {
      int e = graph.edge[k];
      int u = graph.other(e, v);
      if (local[u] < 0) {
        double[] table = core.tables()[e];
        int t = standing.choice[u];
        boolean first = core.ends()[e][0] == v;
        int step = first ? core.size(u) : 1;
        int at = first ? t : t * domain;
        for (int s = 0; s < domain; s++, at += step) {
          folded[s] += soft(table[at]);
        }
      }
    }
    costs[i] = folded;
  }

  private double soft(double cost) {
    return cost == Double.POSITIVE_INFINITY ? never : cost;
  }

  /**
   * Keeps the strategies that are not beaten by a cheaper one of no more usage; where the node has
   * edges within the block, all that are allowed.
   */
  private void prune(Standing standing, int i) {
    int v = node[i];
    int domain = core.size(v);
    double[] own = costs[i];
    boolean inner = false;
    for (int k = graph.begin[v]; k < graph.begin[v + 1] && !inner; k++) {
      inner = local[graph.other(graph.edge[k], v)] >= 0;
    }
    int[] kept = new int[domain];
    int left = 0;
    double least = Double.POSITIVE_INFINITY;
    for (double cost : own) {
      least = Math.min(least, cost);
    }
    for (int s = 0; s < domain; s++) {
      if (s == standing.choice[v] || own[s] < never && !(inner || isBeaten(v, s, own))) {
        kept[left++] = s;
      }
    }
    alive[i] = kept;
    sizes[i] = left;
    double[] compact = new double[left];
    for (int k = 0; k < left; k++) {
      compact[k] = own[kept[k]];
    }
    costs[i] = compact;
  }

  private boolean isBeaten(int v, int s, double[] own) {
    for (int t = 0; t < own.length; t++) {
      if (t != s && own[t] <= own[s] && (own[t] < own[s] || t < s) && usesNoMore(v, t, s)) {
        return true;
      }
    }
    return false;
  }

  private boolean usesNoMore(int v, int t, int s) {
    for (Core.Usage piece : core.pieces()[v]) {
      if (piece.amount()[t] > piece.amount()[s]) {
        return false;
      }
    }
    return true;
  }

  private void gatherEdges(int i) {
    int v = node[i];
    for (int k = graph.begin[v]; k < graph.begin[v + 1]; k++) {
      int e = graph.edge[k];
      int j = local[graph.other(e, v)];
      if (j >= 0 && core.ends()[e][0] == v) {
        if (edges == endA.length) {
          int more = 2 * edges + 64;
          endA = Arrays.copyOf(endA, more);
          endB = Arrays.copyOf(endB, more);
          tables = Arrays.copyOf(tables, more);
        }
        endA[edges] = i;
        endB[edges] = j;
        tables[edges++] = compact(e, i, j);
      }
    }
  }

  private double[] compact(int e, int i, int j) {
    double[] table = core.tables()[e];
    int columns = core.size(node[j]);
    double[] result = new double[sizes[i] * sizes[j]];
    int at = 0;
    for (int s = 0; s < sizes[i]; s++) {
      int row = alive[i][s] * columns;
      for (int t = 0; t < sizes[j]; t++) {
        result[at++] = soft(table[row + alive[j][t]]);
      }
    }
    return result;
  }
}
