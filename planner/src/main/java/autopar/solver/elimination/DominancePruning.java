package autopar.solver.elimination;

/**
 * Shrinks the domains of one problem before its tables are built.
 *
 * <p>A value whose unary cost is infinite goes. A value s goes when a value t of the same variable
 * is never dearer: {@code unary[t] - unary[s] + sum over edges of max over the other end's values o
 * of (pair[t, o] - pair[s, o]) <= 0}; any choice with s stays as cheap with t instead (Goldstein's
 * criterion, "Efficient rotamer elimination", 1994). Interface variables keep all values. One pass
 * over the variables, each seeing the domains that earlier ones left.
 */
final class DominancePruning {
  private final EliminationPlan plan;
  private final boolean[] fixed;
  private final int[][] incident;
  private final int[][] alive;
  private final int[] size;
  private final double[][] unary;
  private final double[][] pair;
  private final double[][] compactUnary;
  private final double[][] compactPair;

  DominancePruning(EliminationPlan plan) {
    this.plan = plan;
    int n = plan.domains.length;
    fixed = new boolean[n];
    for (int v : plan.interfaceVariables) {
      fixed[v] = true;
    }
    int[] degree = new int[n];
    for (int[] edge : plan.edges) {
      degree[edge[0]]++;
      degree[edge[1]]++;
    }
    incident = new int[n][];
    alive = new int[n][];
    compactUnary = new double[n][];
    for (int v = 0; v < n; v++) {
      incident[v] = new int[degree[v]];
      alive[v] = new int[plan.domains[v]];
      compactUnary[v] = new double[plan.domains[v]];
    }
    for (int e = plan.edges.length - 1; e >= 0; e--) {
      incident[plan.edges[e][0]][--degree[plan.edges[e][0]]] = e;
      incident[plan.edges[e][1]][--degree[plan.edges[e][1]]] = e;
    }
    size = new int[n];
    unary = new double[n][];
    pair = new double[plan.edges.length][];
    compactPair = new double[plan.edges.length][0];
  }

  /** Takes up a problem. */
  void prune(double[][] unaryCosts, double[][] pairCosts) {
    for (int v = 0; v < size.length; v++) {
      unary[v] = unaryCosts[v];
      size[v] = 0;
      for (int s = 0; s < plan.domains[v]; s++) {
        if (fixed[v] || unary[v][s] < Double.POSITIVE_INFINITY) {
          alive[v][size[v]++] = s;
        }
      }
    }
    System.arraycopy(pairCosts, 0, pair, 0, pair.length);
    for (int v = 0; v < size.length; v++) {
      if (!fixed[v] && size[v] > 1) {
        dropDominated(v);
      }
    }
    for (int v = 0; v < size.length; v++) {
      for (int i = 0; i < size[v]; i++) {
        compactUnary[v][i] = unary[v][alive[v][i]];
      }
    }
    for (int e = 0; e < pair.length; e++) {
      compact(e);
    }
  }

  /** The number of values left, by variable. */
  int[] sizes() {
    return size;
  }

  /** The original number of the value at {@code index} among those left. */
  int original(int v, int index) {
    return alive[v][index];
  }

  /** Unary costs of the values left. */
  double[] unary(int v) {
    return compactUnary[v];
  }

  /** Pair costs of the values left, row-major. */
  double[] pair(int e) {
    int a = plan.edges[e][0];
    int b = plan.edges[e][1];
    return size[a] == plan.domains[a] && size[b] == plan.domains[b] ? pair[e] : compactPair[e];
  }

  private void dropDominated(int v) {
    int[] values = alive[v];
    int count = size[v];
    for (int i = count - 1; i >= 0 && count > 1; i--) {
      for (int j = 0; j < count; j++) {
        if (j != i && dominates(v, values[j], values[i])) {
          System.arraycopy(values, i + 1, values, i, count - i - 1);
          count--;
          break;
        }
      }
    }
    size[v] = count;
  }

  /** Whether choosing t instead of s never costs more; a sample of one cell per edge goes first. */
  private boolean dominates(int v, int t, int s) {
    double difference = unary[v][t] - unary[v][s];
    for (int e : incident[v]) {
      int other = plan.edges[e][0] == v ? plan.edges[e][1] : plan.edges[e][0];
      if (size[other] == 0) {
        return false;
      }
      double sample = difference(v, e, t, s, alive[other][0]);
      if (sample == Double.POSITIVE_INFINITY) {
        return false;
      }
      difference += sample == Double.NEGATIVE_INFINITY ? 0 : sample;
    }
    if (difference > 0) {
      return false;
    }
    difference = unary[v][t] - unary[v][s];
    for (int e : incident[v]) {
      int other = plan.edges[e][0] == v ? plan.edges[e][1] : plan.edges[e][0];
      double worst = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < size[other]; i++) {
        worst = Math.max(worst, difference(v, e, t, s, alive[other][i]));
      }
      if (worst == Double.POSITIVE_INFINITY) {
        return false;
      }
      if (worst != Double.NEGATIVE_INFINITY) {
        difference += worst;
      } else {
        return true;
      }
    }
    return difference <= 0;
  }

  /** The cell of t less the cell of s; where both are ruled out, t is no worse. */
  private double difference(int v, int e, int t, int s, int o) {
    double[] table = pair[e];
    double costT;
    double costS;
    if (plan.edges[e][0] == v) {
      int columns = plan.domains[plan.edges[e][1]];
      costT = table[t * columns + o];
      costS = table[s * columns + o];
    } else {
      int columns = plan.domains[v];
      costT = table[o * columns + t];
      costS = table[o * columns + s];
    }
    return costS == Double.POSITIVE_INFINITY ? Double.NEGATIVE_INFINITY : costT - costS;
  }

  private void compact(int e) {
    int a = plan.edges[e][0];
    int b = plan.edges[e][1];
    if (size[a] == plan.domains[a] && size[b] == plan.domains[b]) {
      return;
    }
    int cells = size[a] * size[b];
    if (compactPair[e].length < cells) {
      compactPair[e] = new double[cells];
    }
    double[] target = compactPair[e];
    double[] source = pair[e];
    int at = 0;
    for (int i = 0; i < size[a]; i++) {
      int row = alive[a][i] * plan.domains[b];
      for (int j = 0; j < size[b]; j++) {
        target[at++] = source[row + alive[b][j]];
      }
    }
  }
}
