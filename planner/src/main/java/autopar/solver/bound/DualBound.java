package autopar.solver.bound;

import autopar.solver.reduce.Core;
import java.util.Arrays;

/**
 * A lower bound of a core by sequential tree-reweighted message passing (Kolmogorov, "Convergent
 * tree-reweighted message passing for energy minimization", 2006; "A new look at reweighted message
 * passing", 2015), with Lagrangian prices on the time rows.
 *
 * <p>Each edge (a, b) carries potentials p(s) and q(t) that are taken off its table and added to
 * its nodes, which changes no choice's cost. Here every table stays non-negative after that, so
 * that {@code constant - sum of price * slack + sum over nodes of min over s of node(s)} bounds
 * every choice that fits, where {@code node(s) = unary(s) + sum of price * usage(s) + sum of
 * potentials}. One sweep costs one visit of every table cell. All potentials are multiples of a
 * quantum, so that their sums are exact.
 */
public final class DualBound {
  private final Core core;
  private final int n;
  private final int[] begin;
  private final int[] edge;
  private final double[][] transposed;

  /** Potentials of the first and the second end, by edge. */
  private final double[][] first;

  private final double[][] second;
  private final double[][] node;
  private final double[] price;
  private final double quantum;
  private final boolean[][] ruledOut;
  private int ruledOutCount;
  private double cutoff = Double.POSITIVE_INFINITY;
  private double sweepBound;
  private double[] share = {};

  public DualBound(Core core, double quantum) {
    this.core = core;
    this.quantum = quantum;
    n = core.nodeCount();
    begin = new int[n + 1];
    for (int[] ends : core.ends()) {
      begin[ends[0] + 1]++;
      begin[ends[1] + 1]++;
    }
    for (int v = 0; v < n; v++) {
      begin[v + 1] += begin[v];
    }
    edge = new int[begin[n]];
    int[] at = begin.clone();
    int edges = core.edgeCount();
    transposed = new double[edges][];
    first = new double[edges][];
    second = new double[edges][];
    for (int e = 0; e < edges; e++) {
      int a = core.ends()[e][0];
      int b = core.ends()[e][1];
      edge[at[a]++] = e;
      edge[at[b]++] = e;
      transposed[e] = transpose(core.tables()[e], core.size(a), core.size(b));
      first[e] = new double[core.size(a)];
      second[e] = new double[core.size(b)];
    }
    node = new double[n][];
    for (int v = 0; v < n; v++) {
      node[v] = core.unary()[v].clone();
    }
    price = new double[core.rowCount()];
    ruledOut = new boolean[n][];
    for (int v = 0; v < n; v++) {
      ruledOut[v] = new boolean[core.size(v)];
    }
  }

  private static double[] transpose(double[] table, int rows, int columns) {
    double[] result = new double[table.length];
    for (int s = 0; s < rows; s++) {
      for (int t = 0; t < columns; t++) {
        result[t * rows + s] = table[s * columns + t];
      }
    }
    return result;
  }

  /** The bound that the present messages and prices prove. */
  public double bound() {
    double bound = core.constant();
    for (int r = 0; r < price.length; r++) {
      if (price[r] > 0) {
        bound -= price[r] * core.slack()[r];
      }
    }
    for (int v = 0; v < n; v++) {
      bound += least(node[v]);
    }
    return bound;
  }

  /** The price of each time row, per unit of usage. */
  public double[] prices() {
    return price;
  }

  /**
   * Reduced costs: any choice with strategy s at {@code v} costs at least the bound plus {@code
   * reduced(v)[s]} less the least of them.
   */
  public double[] reduced(int v) {
    return node[v];
  }

  /** The number of edges. */
  public int edgeCount() {
    return first.length;
  }

  /** The potentials of the first end of {@code e}, by strategy. */
  public double[] firstPotential(int e) {
    return first[e];
  }

  /** The potentials of the second end of {@code e}, by strategy. */
  public double[] secondPotential(int e) {
    return second[e];
  }

  /** Changes the prices of all rows at once. */
  public void addPrices(double[] change) {
    double[] sums = new double[change.length + 1];
    for (int r = 0; r < change.length; r++) {
      price[r] += change[r];
      sums[r + 1] = sums[r] + change[r];
    }
    for (int v = 0; v < n; v++) {
      for (Core.Usage piece : core.pieces()[v]) {
        double sum = sums[piece.to()] - sums[piece.from()];
        if (sum != 0) {
          for (int s = 0; s < node[v].length; s++) {
            node[v][s] += sum * piece.amount()[s];
          }
        }
      }
    }
  }

  /** Rules out strategies of choices that must cost more than {@code most} from now on. */
  public void setCutoff(double most) {
    cutoff = most;
  }

  /** The number of strategies ruled out so far. */
  public int ruledOutCount() {
    return ruledOutCount;
  }

  /**
   * The same core with the potentials moved into its costs, without what was ruled out: strategies
   * and cells that only choices above the cutoff have are forbidden.
   */
  public Core moved() {
    double[][] unary = new double[n][];
    double[] slackOf = new double[n];
    double bound = bound();
    for (int v = 0; v < n; v++) {
      unary[v] = core.unary()[v].clone();
      slackOf[v] = least(node[v]);
    }
    double[][] tables = new double[core.edgeCount()][];
    for (int e = 0; e < tables.length; e++) {
      int a = core.ends()[e][0];
      int b = core.ends()[e][1];
      double[] table = core.tables()[e];
      double[] moved = new double[table.length];
      int columns = core.size(b);
      for (int s = 0, c = 0; s < first[e].length; s++) {
        double before = bound + node[a][s] - slackOf[a];
        for (int t = 0; t < columns; t++, c++) {
          double rest = table[c] - first[e][s] - second[e][t];
          boolean tooDear = before + rest + node[b][t] - slackOf[b] > cutoff;
          moved[c] = tooDear ? Double.POSITIVE_INFINITY : rest;
        }
        unary[a][s] += first[e][s];
      }
      for (int t = 0; t < columns; t++) {
        unary[b][t] += second[e][t];
      }
      tables[e] = moved;
    }
    double constant = core.constant();
    for (int v = 0; v < n; v++) {
      double least = least(unary[v]);
      constant += least;
      for (int s = 0; s < unary[v].length; s++) {
        boolean out = ruledOut[v][s] || bound + node[v][s] - slackOf[v] > cutoff;
        unary[v][s] = out ? Double.POSITIVE_INFINITY : unary[v][s] - least;
      }
    }
    return new Core(
        constant, unary, core.ends(), tables, core.pieces(), core.slack(), core.rowTimes());
  }

  /** One sweep forward and one backward. */
  public void iterate() {
    sweepBound = bound();
    for (int v = 0; v < n; v++) {
      send(v, true);
    }
    for (int v = n - 1; v >= 0; v--) {
      send(v, false);
    }
  }

  /** Gives what {@code v} has to its edges towards later, or earlier, nodes, and passes it on. */
  private void send(int v, boolean forward) {
    int later = 0;
    int degree = begin[v + 1] - begin[v];
    for (int k = begin[v]; k < begin[v + 1]; k++) {
      later += other(edge[k], v) > v ? 1 : 0;
    }
    int receivers = forward ? later : degree - later;
    if (receivers == 0) {
      return;
    }
    double weight = 1.0 / Math.max(later, degree - later);
    double[] own = node[v];
    if (share.length < own.length) {
      share = new double[own.length];
    }
    double least = least(own);
    double most = cutoff - sweepBound + least;
    for (int s = 0; s < own.length; s++) {
      if (own[s] > most && !ruledOut[v][s]) {
        ruledOut[v][s] = true;
        ruledOutCount++;
      }
      share[s] = Math.floor((own[s] - least) * weight / quantum) * quantum;
      own[s] -= receivers * share[s];
    }
    for (int k = begin[v]; k < begin[v + 1]; k++) {
      int e = edge[k];
      int u = other(e, v);
      if (u > v == forward) {
        boolean isFirst = core.ends()[e][0] == v;
        double[] mine = isFirst ? first[e] : second[e];
        for (int s = 0; s < own.length; s++) {
          mine[s] -= share[s];
        }
        pass(isFirst ? core.tables()[e] : transposed[e], mine, isFirst ? second[e] : first[e], u);
      }
    }
  }

  private double[] message = {};

  /** Moves what an edge has beyond zero, per strategy of {@code u}, to the node u. */
  private void pass(double[] table, double[] mine, double[] theirs, int u) {
    int columns = theirs.length;
    if (message.length < columns) {
      message = new double[columns];
    }
    double[] found = message;
    Arrays.fill(found, 0, columns, Double.POSITIVE_INFINITY);
    for (int s = 0, row = 0; s < mine.length; s++, row += columns) {
      double potential = mine[s];
      for (int t = 0; t < columns; t++) {
        found[t] = Math.min(found[t], table[row + t] - potential);
      }
    }
    double[] costs = node[u];
    for (int t = 0; t < columns; t++) {
      costs[t] += found[t] - theirs[t];
      theirs[t] = found[t];
    }
  }

  private int other(int e, int v) {
    int[] ends = core.ends()[e];
    return ends[0] == v ? ends[1] : ends[0];
  }

  private static double least(double[] values) {
    double least = Double.POSITIVE_INFINITY;
    for (double value : values) {
      least = Math.min(least, value);
    }
    return least;
  }

  /**
   * Rounds to a choice: node after node, the strategy that is cheapest given those decided before
   * it. The limit is not looked at, and forbidden cells may be met.
   */
  public void round(int[] choice) {
    for (int v = 0; v < n; v++) {
      double[] costs = core.unary()[v];
      int best = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int s = 0; s < costs.length; s++) {
        double cost = node[v][s];
        for (int k = begin[v]; k < begin[v + 1]; k++) {
          int e = edge[k];
          int u = other(e, v);
          if (u < v) {
            boolean isFirst = core.ends()[e][0] == v;
            int t = choice[u];
            double cell =
                isFirst
                    ? core.tables()[e][s * core.size(u) + t]
                    : core.tables()[e][t * costs.length + s];
            double[] mine = isFirst ? first[e] : second[e];
            double[] theirs = isFirst ? second[e] : first[e];
            cost += cell - mine[s] - theirs[t];
          }
        }
        if (cost < least) {
          least = cost;
          best = s;
        }
      }
      choice[v] = best;
    }
  }
}
