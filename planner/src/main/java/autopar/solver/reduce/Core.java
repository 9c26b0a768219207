package autopar.solver.reduce;

import java.util.Arrays;

/**
 * What is left to decide: nodes with at least two strategies, one table per pair of neighbours, and
 * the time rows that may bind. An immutable value by agreement: its arrays are shared and never
 * written.
 *
 * <p>Costs are whole numbers held as doubles, {@code +Infinity} where forbidden; each table has a
 * zero in every row and column. Usage is what exceeds the least usage of the node.
 *
 * @param constant the cost that every choice has
 * @param unary by node and strategy
 * @param ends by edge, its two nodes a and b
 * @param tables by edge, row-major, strategies of b fastest
 * @param pieces by node, its usage
 * @param slack by time row, what the pieces may sum up to
 * @param rowTimes by time row, its time in the problem
 */
public record Core(
    double constant,
    double[][] unary,
    int[][] ends,
    double[][] tables,
    Usage[][] pieces,
    double[] slack,
    int[] rowTimes) {

  /** Usage of a node in every row of {@code [from, to)}, by strategy. */
  public record Usage(int from, int to, double[] amount) {}

  /** The number of nodes. */
  public int nodeCount() {
    return unary.length;
  }

  /** The number of edges. */
  public int edgeCount() {
    return ends.length;
  }

  /** The number of time rows. */
  public int rowCount() {
    return slack.length;
  }

  /** The number of strategies of {@code node}. */
  public int size(int node) {
    return unary[node].length;
  }

  /** The number of strategies of all nodes. */
  public int strategyCount() {
    int count = 0;
    for (double[] costs : unary) {
      count += costs.length;
    }
    return count;
  }

  /** The cost of a choice, the constant included; {@code +Infinity} if it is forbidden. */
  public double cost(int[] choice) {
    double cost = constant;
    for (int v = 0; v < unary.length; v++) {
      cost += unary[v][choice[v]];
    }
    for (int e = 0; e < ends.length; e++) {
      int b = ends[e][1];
      cost += tables[e][choice[ends[e][0]] * unary[b].length + choice[b]];
    }
    return cost;
  }

  /** Writes the usage of a choice in each row to {@code usage}. */
  public void usage(int[] choice, double[] usage) {
    Arrays.fill(usage, 0);
    for (int v = 0; v < unary.length; v++) {
      for (Usage piece : pieces[v]) {
        double amount = piece.amount[choice[v]];
        if (amount != 0) {
          for (int r = piece.from; r < piece.to; r++) {
            usage[r] += amount;
          }
        }
      }
    }
  }

  /** Whether a choice respects the limit in every row. */
  public boolean fits(int[] choice) {
    double[] usage = new double[slack.length];
    usage(choice, usage);
    for (int r = 0; r < slack.length; r++) {
      if (usage[r] > slack[r]) {
        return false;
      }
    }
    return true;
  }
}
