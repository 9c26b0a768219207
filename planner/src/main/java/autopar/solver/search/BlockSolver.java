package autopar.solver.search;

import autopar.solver.elimination.ClampedElimination;
import autopar.solver.reduce.Core;
import java.util.Arrays;

/**
 * Finds the best strategies of a block of nodes while all others stay.
 *
 * <p>The block is solved by elimination without the limit. Where that breaks the limit, the most
 * exceeded row gets a price on the line between the feasible standing and the infeasible answer
 * (the cutting-plane step of the Lagrangian dual of one row), and the block is solved again.
 * Dominated strategies go before tables are built.
 */
final class BlockSolver {
  private static final int PRICE_ROUNDS = 10;

  private final CoreGraph graph;
  private final Core core;
  private final double never;
  private final ClampedElimination elimination;
  private final int[] local;

  private int count;
  private int[] node = {};
  private int[][] alive = {};
  private int[] sizes = {};
  private double[][] base = {};
  private double[][] unary = {};
  private int edges;
  private int[] endA = {};
  private int[] endB = {};
  private double[][] tables = {};
  private int[] answer = {};
  private int[] before = {};

  private int prices;
  private int given;
  private final int[] pricedRow = new int[PRICE_ROUNDS];
  private final double[] price = new double[PRICE_ROUNDS];

  /**
   * @param never the cost that stands for a forbidden strategy or cell
   */
  BlockSolver(CoreGraph graph, double never, int maxTable, int total) {
    this.graph = graph;
    this.core = graph.core;
    this.never = never;
    elimination = new ClampedElimination(maxTable, total);
    local = new int[core.nodeCount()];
    Arrays.fill(local, -1);
  }

  /**
   * Improves the standing within a block.
   *
   * @param block distinct nodes, the first {@code size} entries
   * @param bias by block position, what makes a node be clamped early
   * @return by how much the cost fell, 0 if it did not
   */
  double improve(Standing standing, int[] block, int size, double[] bias) {
    return improve(standing, block, size, bias, -1, 0);
  }

  /** Improves the standing within a block when usage of one row has a price from the start. */
  double improve(
      Standing standing, int[] block, int size, double[] bias, int row, double rowPrice) {
    build(standing, block, size);
    prices = 0;
    if (row >= 0) {
      pricedRow[prices] = row;
      price[prices++] = rowPrice;
    }
    double gain = search(standing, bias);
    for (int i = 0; i < count; i++) {
      local[node[i]] = -1;
    }
    return gain;
  }

  private double search(Standing standing, double[] bias) {
    given = prices;
    System.arraycopy(currentLocal(standing), 0, before, 0, count);
    double start = givenCost(before);
    double best = start;
    int[] bestChoice = null;
    for (int round = 0; round <= PRICE_ROUNDS; round++) {
      solve(bias);
      double found = givenCost(answer);
      if (found >= best && prices == given) {
        return 0;
      }
      int row = apply(standing);
      if (row < 0) {
        if (found < best) {
          best = found;
          bestChoice = chosen();
        }
        undo(standing);
        break;
      }
      double infeasibleUsage = standing.usage[row];
      undo(standing);
      if (prices == PRICE_ROUNDS
          || !raisePrice(standing, row, infeasibleUsage, cost(before), cost(answer))) {
        break;
      }
    }
    if (bestChoice == null) {
      return 0;
    }
    for (int i = 0; i < count; i++) {
      standing.set(node[i], bestChoice[i]);
    }
    return start - best;
  }

  /** The cost of a choice with the prices that were given from the start. */
  private double givenCost(int[] choice) {
    double sum = cost(choice);
    for (int p = 0; p < given; p++) {
      for (int i = 0; i < count; i++) {
        sum += price[p] * amount(node[i], pricedRow[p], alive[i][choice[i]]);
      }
    }
    return sum;
  }

  private double amount(int v, int row, int strategy) {
    for (Core.Usage piece : core.pieces()[v]) {
      if (piece.from() <= row && row < piece.to()) {
        return piece.amount()[strategy];
      }
    }
    return 0;
  }

  /** Prices a row so that the answer costs as much as the feasible choice; false if it cannot. */
  private boolean raisePrice(
      Standing standing, int row, double used, double feasibleCost, double foundCost) {
    double over = used - standing.usage[row];
    double advantage = priced(before, feasibleCost) - priced(answer, foundCost);
    if (over <= 0 || !(advantage > 0)) {
      return false;
    }
    double more = advantage / over * (1 + 1e-9) * 1.02;
    for (int p = given; p < prices; p++) {
      if (pricedRow[p] == row) {
        price[p] += more;
        return true;
      }
    }
    pricedRow[prices] = row;
    price[prices++] = more;
    return true;
  }

  private double priced(int[] choice, double cost) {
    double sum = cost;
    for (int i = 0; i < count; i++) {
      sum += priceOf(node[i], alive[i][choice[i]]);
    }
    return sum;
  }

  private double priceOf(int v, int strategy) {
    double sum = 0;
    for (int p = 0; p < prices; p++) {
      sum += price[p] * amount(v, pricedRow[p], strategy);
    }
    return sum;
  }

  private void solve(double[] bias) {
    for (int i = 0; i < count; i++) {
      System.arraycopy(base[i], 0, unary[i], 0, sizes[i]);
      if (prices > 0 && core.pieces()[node[i]].length > 0) {
        for (int s = 0; s < sizes[i]; s++) {
          unary[i][s] += priceOf(node[i], alive[i][s]);
        }
      }
      answer[i] = before[i];
    }
    elimination.solve(count, sizes, unary, edges, endA, endB, tables, bias, answer);
  }

  private int[] chosen() {
    int[] strategies = new int[count];
    for (int i = 0; i < count; i++) {
      strategies[i] = alive[i][answer[i]];
    }
    return strategies;
  }

  /** Applies the answer; returns the row most above what it may be, or -1. */
  private int apply(Standing standing) {
    int low = Integer.MAX_VALUE;
    int high = 0;
    for (int i = 0; i < count; i++) {
      if (answer[i] != before[i]) {
        for (Core.Usage piece : core.pieces()[node[i]]) {
          if (piece.amount()[alive[i][answer[i]]] != piece.amount()[alive[i][before[i]]]) {
            low = Math.min(low, piece.from());
            high = Math.max(high, piece.to());
          }
        }
      }
    }
    if (low > high) {
      low = high;
    }
    if (allowed.length < high - low) {
      allowed = new double[high - low];
    }
    for (int r = low; r < high; r++) {
      allowed[r - low] = Math.max(core.slack()[r], standing.usage[r]);
    }
    for (int i = 0; i < count; i++) {
      standing.set(node[i], alive[i][answer[i]]);
    }
    int worst = -1;
    double most = 0;
    for (int r = low; r < high; r++) {
      double over = standing.usage[r] - allowed[r - low];
      if (over > most) {
        most = over;
        worst = r;
      }
    }
    return worst;
  }

  private double[] allowed = {};

  private void undo(Standing standing) {
    for (int i = 0; i < count; i++) {
      standing.set(node[i], alive[i][before[i]]);
    }
  }

  private double cost(int[] choice) {
    double cost = 0;
    for (int i = 0; i < count; i++) {
      cost += base[i][choice[i]];
    }
    for (int e = 0; e < edges; e++) {
      cost += tables[e][choice[endA[e]] * sizes[endB[e]] + choice[endB[e]]];
    }
    return cost;
  }

  private int[] currentLocal(Standing standing) {
    int[] current = new int[count];
    for (int i = 0; i < count; i++) {
      int strategy = standing.choice[node[i]];
      current[i] = Arrays.binarySearch(alive[i], 0, sizes[i], strategy);
    }
    return current;
  }

  private void build(Standing standing, int[] block, int size) {
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
    base = new double[size][];
    unary = new double[size][];
    answer = new int[size];
    before = new int[size];
  }

  private void foldSurroundings(Standing standing, int i) {
    int v = node[i];
    int domain = core.size(v);
    double[] costs = new double[domain];
    for (int s = 0; s < domain; s++) {
      costs[s] = soft(core.unary()[v][s]);
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
          costs[s] += soft(table[at]);
        }
      }
    }
    base[i] = costs;
  }

  private double soft(double cost) {
    return cost == Double.POSITIVE_INFINITY ? never : cost;
  }

  /**
   * Keeps the strategies that are not beaten by a cheaper one of no more usage even if all edges
   * within the block go its worst way.
   */
  private void prune(Standing standing, int i) {
    int v = node[i];
    int domain = core.size(v);
    double[] costs = base[i];
    boolean inner = false;
    for (int k = graph.begin[v]; k < graph.begin[v + 1] && !inner; k++) {
      inner = local[graph.other(graph.edge[k], v)] >= 0;
    }
    int[] kept = new int[domain];
    int left = 0;
    double least = Double.POSITIVE_INFINITY;
    for (double cost : costs) {
      least = Math.min(least, cost);
    }
    for (int s = 0; s < domain; s++) {
      if (s == standing.choice[v] || costs[s] < never && !(beaten(v, s, costs, inner))) {
        kept[left++] = s;
      }
    }
    alive[i] = kept;
    sizes[i] = left;
    double[] compact = new double[left];
    for (int k = 0; k < left; k++) {
      compact[k] = costs[kept[k]];
    }
    base[i] = compact;
    unary[i] = new double[left];
  }

  private boolean beaten(int v, int s, double[] costs, boolean inner) {
    if (inner) {
      return false;
    }
    for (int t = 0; t < costs.length; t++) {
      if (t != s && costs[t] <= costs[s] && (costs[t] < costs[s] || t < s) && usesNoMore(v, t, s)) {
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
