package autopar.solver.search;

import autopar.solver.elimination.ClampedElimination;
import autopar.solver.reduce.Core;

/**
 * Finds the best strategies of a block of nodes while all others stay.
 *
 * <p>The block is solved by elimination without the limit. Where that breaks the limit, the most
 * exceeded row gets a price on the line between the feasible standing and the infeasible answer
 * (the cutting-plane step of the Lagrangian dual of one row), and the block is solved again.
 */
final class BlockSolver {
  private static final int PRICE_ROUNDS = 10;

  private final Core core;
  private final ClampedElimination elimination;
  private final BlockProblem block;

  private double[][] unary = {};
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
    this.core = graph.core;
    block = new BlockProblem(graph, never);
    elimination = new ClampedElimination(maxTable, total);
  }

  /**
   * Improves the standing within a block.
   *
   * @param nodes distinct nodes, the first {@code size} entries
   * @param bias by block position, what makes a node be clamped early
   * @return by how much the cost fell, 0 if it did not
   */
  double improve(Standing standing, int[] nodes, int size, double[] bias) {
    return improve(standing, nodes, size, bias, -1, 0);
  }

  /** Improves the standing within a block when usage of one row has a price from the start. */
  double improve(
      Standing standing, int[] nodes, int size, double[] bias, int row, double rowPrice) {
    block.build(standing, nodes, size);
    reserve(size);
    prices = 0;
    if (row >= 0) {
      pricedRow[prices] = row;
      price[prices++] = rowPrice;
    }
    return search(standing, bias);
  }

  private void reserve(int size) {
    if (answer.length < size) {
      unary = new double[size][];
      answer = new int[size];
      before = new int[size];
    }
    for (int i = 0; i < size; i++) {
      unary[i] = new double[block.sizes[i]];
    }
  }

  private double search(Standing standing, double[] bias) {
    given = prices;
    block.current(standing, before);
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
          || !raisePrice(standing, row, infeasibleUsage, block.cost(before), block.cost(answer))) {
        break;
      }
    }
    if (bestChoice == null) {
      return 0;
    }
    for (int i = 0; i < block.count; i++) {
      standing.set(block.node[i], bestChoice[i]);
    }
    return start - best;
  }

  /** The cost of a choice with the prices that were given from the start. */
  private double givenCost(int[] choice) {
    double sum = block.cost(choice);
    for (int p = 0; p < given; p++) {
      for (int i = 0; i < block.count; i++) {
        sum += price[p] * amount(block.node[i], pricedRow[p], block.alive[i][choice[i]]);
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
    for (int i = 0; i < block.count; i++) {
      sum += priceOf(block.node[i], block.alive[i][choice[i]]);
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
    for (int i = 0; i < block.count; i++) {
      System.arraycopy(block.costs[i], 0, unary[i], 0, block.sizes[i]);
      if (prices > 0 && core.pieces()[block.node[i]].length > 0) {
        for (int s = 0; s < block.sizes[i]; s++) {
          unary[i][s] += priceOf(block.node[i], block.alive[i][s]);
        }
      }
      answer[i] = before[i];
    }
    elimination.solve(
        block.count,
        block.sizes,
        unary,
        block.edges,
        block.endA,
        block.endB,
        block.tables,
        bias,
        answer);
  }

  private int[] chosen() {
    int[] strategies = new int[block.count];
    for (int i = 0; i < block.count; i++) {
      strategies[i] = block.alive[i][answer[i]];
    }
    return strategies;
  }

  /** Applies the answer; returns the row most above what it may be, or -1. */
  private int apply(Standing standing) {
    int low = Integer.MAX_VALUE;
    int high = 0;
    for (int i = 0; i < block.count; i++) {
      if (answer[i] != before[i]) {
        for (Core.Usage piece : core.pieces()[block.node[i]]) {
          if (piece.amount()[block.alive[i][answer[i]]]
              != piece.amount()[block.alive[i][before[i]]]) {
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
    for (int i = 0; i < block.count; i++) {
      standing.set(block.node[i], block.alive[i][answer[i]]);
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
    for (int i = 0; i < block.count; i++) {
      standing.set(block.node[i], block.alive[i][before[i]]);
    }
  }
}
