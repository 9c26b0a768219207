package autopar.solver.elimination;

import java.util.Arrays;

/**
 * Minimises a sum of unary and pair costs over as many of its variables as a budget of table cells
 * allows; the others keep the value they have.
 *
 * <p>Bucket elimination by smallest table; when the smallest table left is beyond the budget, the
 * variable with most neighbours is clamped. With nothing clamped the result is the global least
 * sum, otherwise the least among the assignments that agree with the given one where clamped.
 * Arrays are reused; one thread at a time.
 */
public final class ClampedElimination {
  private final int maxTable;
  private final int maxTotal;
  private double[] arena = {};
  private final BucketTable bucket = new BucketTable();

  private int n;
  private int[] sizes = {};
  private double[][] unary = {};
  private int edges;
  private int[] endA = {};
  private int[] endB = {};
  private double[][] tables = {};
  private int[] start = {};
  private double[] bias = {};

  private long[][] adjacency = {};
  private double[] logSize = {};
  private double[] weight = {};
  private boolean[] gone = {};
  private boolean[] clamped = {};
  private int[] order = {};
  private int steps;
  private int[][] scopes = {};
  private int[] offset = {};
  private int[] position = {};
  private int[] inputHead = {};
  private int[] inputNext = {};
  private int used;
  private int clampedCount;

  /**
   * Makes an engine that uses no more memory than this.
   *
   * @param maxTable the most cells of one message
   * @param total the most cells of all messages of one problem
   */
  public ClampedElimination(int maxTable, int total) {
    this.maxTable = maxTable;
    maxTotal = total;
  }

  /**
   * Solves one problem.
   *
   * @param n number of variables
   * @param sizes domain sizes
   * @param unary costs by variable and value; the costs of clamped variables' neighbours are
   *     changed
   * @param edges number of edges
   * @param endA first variable by edge
   * @param endB second variable by edge
   * @param tables by edge, row-major, the second variable fastest
   * @param bias by variable, added to the weight by which variables are clamped
   * @param choice in: a value per variable; out: the best one
   * @return the number of variables that were clamped
   */
  public int solve(
      int n,
      int[] sizes,
      double[][] unary,
      int edges,
      int[] endA,
      int[] endB,
      double[][] tables,
      double[] bias,
      int[] choice) {
    this.n = n;
    this.bias = bias;
    this.sizes = sizes;
    this.unary = unary;
    this.edges = edges;
    this.endA = endA;
    this.endB = endB;
    this.tables = tables;
    this.start = choice;
    prepare();
    while (steps + clampedCount < n) {
      planStep();
    }
    if (arena.length < used) {
      arena = new double[used];
    }
    foldClamped();
    assignInputs();
    for (int step = 0; step < steps; step++) {
      open(step);
      bucket.minimise(arena, offset[step]);
    }
    for (int step = steps - 1; step >= 0; step--) {
      open(step);
      choice[order[step]] = bucket.best(choice);
    }
    return clampedCount;
  }

  private void prepare() {
    if (gone.length < n) {
      int more = n + n / 2 + 8;
      logSize = new double[more];
      weight = new double[more];
      gone = new boolean[more];
      clamped = new boolean[more];
      order = new int[more];
      scopes = new int[more][];
      offset = new int[more];
      position = new int[more];
      inputHead = new int[more];
      adjacency = new long[more][(more + 63) / 64];
    }
    if (inputNext.length < edges + n) {
      inputNext = new int[edges + edges / 2 + n + n / 2];
    }
    Arrays.fill(gone, 0, n, false);
    Arrays.fill(clamped, 0, n, false);
    for (int v = 0; v < n; v++) {
      Arrays.fill(adjacency[v], 0);
      logSize[v] = Math.log(sizes[v]);
    }
    for (int e = 0; e < edges; e++) {
      adjacency[endA[e]][endB[e] >> 6] |= 1L << endB[e];
      adjacency[endB[e]][endA[e] >> 6] |= 1L << endA[e];
    }
    for (int v = 0; v < n; v++) {
      weigh(v);
    }
    steps = 0;
    used = 0;
    clampedCount = 0;
  }

  /** Log of the cells of the message that eliminating v would make. */
  private void weigh(int v) {
    double sum = 0;
    long[] row = adjacency[v];
    for (int w = 0; w < row.length; w++) {
      for (long bits = row[w]; bits != 0; bits &= bits - 1) {
        sum += logSize[(w << 6) + Long.numberOfTrailingZeros(bits)];
      }
    }
    weight[v] = sum;
  }

  private void planStep() {
    int best = -1;
    for (int v = 0; v < n; v++) {
      if (!gone[v] && (best < 0 || weight[v] + logSize[v] < weight[best] + logSize[best])) {
        best = v;
      }
    }
    int[] scope = neighbours(best);
    double cells = 1;
    for (int u : scope) {
      cells *= sizes[u];
    }
    if (cells <= maxTable && used + cells <= maxTotal) {
      gone[best] = true;
      scopes[steps] = scope;
      offset[steps] = used;
      order[steps++] = best;
      used += (int) cells;
      connect(best, scope);
    } else {
      clampHeaviest();
    }
  }

  private int[] neighbours(int v) {
    int count = 0;
    for (long word : adjacency[v]) {
      count += Long.bitCount(word);
    }
    int[] result = new int[count];
    int at = 0;
    for (int w = 0; w < adjacency[v].length; w++) {
      for (long bits = adjacency[v][w]; bits != 0; bits &= bits - 1) {
        result[at++] = (w << 6) + Long.numberOfTrailingZeros(bits);
      }
    }
    return result;
  }

  private void connect(int v, int[] scope) {
    for (int u : scope) {
      long[] row = adjacency[u];
      for (int w = 0; w < row.length; w++) {
        row[w] |= adjacency[v][w];
      }
      row[v >> 6] &= ~(1L << v);
      row[u >> 6] &= ~(1L << u);
    }
    for (int u : scope) {
      weigh(u);
    }
  }

  private void clampHeaviest() {
    int worst = -1;
    for (int v = 0; v < n; v++) {
      if (!gone[v] && (worst < 0 || weight[v] + bias[v] > weight[worst] + bias[worst])) {
        worst = v;
      }
    }
    gone[worst] = true;
    clamped[worst] = true;
    clampedCount++;
    for (int u : neighbours(worst)) {
      adjacency[u][worst >> 6] &= ~(1L << worst);
      weight[u] -= logSize[worst];
    }
    for (int step = 0; step < steps; step++) {
      if (has(scopes[step], worst)) {
        unplan(step, worst);
      }
    }
  }

  /** A message planned over a variable that is clamped now does not range over it any more. */
  private void unplan(int step, int variable) {
    int[] shorter = new int[scopes[step].length - 1];
    int at = 0;
    for (int u : scopes[step]) {
      if (u != variable) {
        shorter[at++] = u;
      }
    }
    scopes[step] = shorter;
  }

  private static boolean has(int[] scope, int variable) {
    for (int u : scope) {
      if (u == variable) {
        return true;
      }
    }
    return false;
  }

  private void foldClamped() {
    if (clampedCount == 0) {
      return;
    }
    for (int e = 0; e < edges; e++) {
      int a = endA[e];
      int b = endB[e];
      if (clamped[a] && !clamped[b]) {
        int row = start[a] * sizes[b];
        for (int t = 0; t < sizes[b]; t++) {
          unary[b][t] += tables[e][row + t];
        }
      } else if (clamped[b] && !clamped[a]) {
        for (int s = 0; s < sizes[a]; s++) {
          unary[a][s] += tables[e][s * sizes[b] + start[b]];
        }
      }
    }
  }

  /** Hangs every edge and message on the step that takes it up. */
  private void assignInputs() {
    for (int step = 0; step < steps; step++) {
      position[order[step]] = step;
      inputHead[step] = -1;
    }
    for (int e = edges - 1; e >= 0; e--) {
      if (!clamped[endA[e]] && !clamped[endB[e]]) {
        hang(Math.min(position[endA[e]], position[endB[e]]), e);
      }
    }
    for (int step = steps - 1; step >= 0; step--) {
      int first = Integer.MAX_VALUE;
      for (int u : scopes[step]) {
        first = Math.min(first, position[u]);
      }
      if (first < Integer.MAX_VALUE) {
        hang(first, edges + step);
      }
    }
  }

  private void hang(int step, int input) {
    inputNext[input] = inputHead[step];
    inputHead[step] = input;
  }

  private void open(int step) {
    int v = order[step];
    bucket.begin(v, unary[v], scopes[step], sizes);
    for (int i = inputHead[step]; i >= 0; i = inputNext[i]) {
      if (i < edges) {
        bucket.addPair(tables[i], endA[i], endB[i], sizes);
      } else {
        int from = i - edges;
        bucket.addMessage(arena, offset[from], scopes[from], sizes);
      }
    }
  }
}
