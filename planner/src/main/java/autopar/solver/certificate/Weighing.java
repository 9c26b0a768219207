package autopar.solver.certificate;

import autopar.solver.certificate.ProofNode.Table;
import autopar.solver.certificate.ProofNode.Use;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Weighs a state by prices and potentials (linear programming duality): for any of them, no choice
 * that fits costs less than
 *
 * <pre>
 *   constant - sum of price * slack
 *   + sum over nodes of min over s of (cost(s) + sum of price * usage(s) + sum of potentials(s))
 *   + sum over edges of min over cells of (cell - potentials of its strategies)
 * </pre>
 *
 * <p>and each costs more by what its strategies and cells are above the minimum of their nodes and
 * edges.
 */
final class Weighing {
  /** Binary digits behind the point of a price. */
  private static final int PRICE_BITS = ProofState.PRICE_BITS;

  private final ProofState state;
  private final ProofStep.Weigh step;

  /**
   * By node, index: what the strategy is above the least of its node, in units of cost, floored.
   */
  private final long[][] above;

  Weighing(ProofState state, ProofStep.Weigh step) {
    this.state = state;
    this.step = step;
    above = new long[state.nodes().length][];
  }

  void apply() {
    BigInteger bound = bound();
    BigInteger room = BigInteger.valueOf(state.most()).shiftLeft(PRICE_BITS - ProofState.COST_BITS);
    if (bound.compareTo(room) > 0) {
      state.close();
      return;
    }
    BigInteger left = room.subtract(bound).shiftRight(PRICE_BITS - ProofState.COST_BITS);
    if (left.bitLength() < 62 && !state.isClosed()) {
      Messages.pass(state, above, left.longValueExact());
    }
  }

  /** Moves the potentials; returns the least whole cost that no choice is below. */
  BigInteger wholeBound() {
    return bound().negate().shiftRight(PRICE_BITS).negate();
  }

  /** Moves the potentials, and sums up in 2^-44 of a unit of cost. */
  private BigInteger bound() {
    long edges = moveAll();
    BigInteger[] paidBefore = paidBefore();
    BigInteger sum = scaled(Math.addExact(state.constant(), edges));
    long[] slack = state.rows().slack();
    for (int r = 0; r < slack.length; r++) {
      BigInteger price = paidBefore[r + 1].subtract(paidBefore[r]);
      if (price.signum() > 0) {
        sum = sum.subtract(price.multiply(BigInteger.valueOf(slack[r])));
      }
    }
    for (int v : state.nodesLeft()) {
      sum = sum.add(weigh(v, paidBefore));
    }
    return sum;
  }

  private static BigInteger scaled(long cost) {
    return BigInteger.valueOf(cost).shiftLeft(PRICE_BITS - ProofState.COST_BITS);
  }

  /** By row, the sum of the prices before it. */
  private BigInteger[] paidBefore() {
    ProofState.require(
        step.times().length == step.prices().length, "there are not as many prices as times");
    int[] times = state.rows().times;
    BigInteger[] paid = new BigInteger[times.length + 1];
    paid[0] = BigInteger.ZERO;
    int at = 0;
    for (int r = 0; r < times.length; r++) {
      paid[r + 1] = paid[r];
      if (at < step.times().length && step.times()[at] == times[r]) {
        ProofState.require(step.prices()[at] >= 0, "a price is negative");
        paid[r + 1] = paid[r].add(BigInteger.valueOf(step.prices()[at++]));
      }
    }
    ProofState.require(at == step.times().length, "a price is of no row");
    return paid;
  }

  /** The least value of the strategies of a node; fills {@link #above}. */
  private BigInteger weigh(int v, BigInteger[] paidBefore) {
    ProofNode node = state.node(v);
    List<Use> priced = new ArrayList<>();
    for (Use use : node.uses) {
      if (!paidBefore[use.to()].equals(paidBefore[use.from()])) {
        priced.add(use);
      }
    }
    BigInteger[] values = new BigInteger[node.size()];
    BigInteger least = null;
    for (int s = 0; s < values.length; s++) {
      if (node.costs[s] != ProofState.NEVER) {
        values[s] = scaled(node.costs[s]);
        for (Use use : priced) {
          BigInteger price = paidBefore[use.to()].subtract(paidBefore[use.from()]);
          values[s] = values[s].add(price.multiply(BigInteger.valueOf(use.amount()[s])));
        }
        least = least == null ? values[s] : least.min(values[s]);
      }
    }
    above[v] = new long[values.length];
    if (least == null) {
      state.close();
      return BigInteger.ZERO;
    }
    for (int s = 0; s < values.length; s++) {
      above[v][s] =
          values[s] == null
              ? ProofState.NEVER
              : floor(values[s].subtract(least).shiftRight(PRICE_BITS - ProofState.COST_BITS));
    }
    return least;
  }

  private static long floor(BigInteger value) {
    return value.bitLength() < 62 ? value.longValueExact() : 1L << 61;
  }

  /** Moves the potentials of every edge; returns the sum of the least cells. */
  private long moveAll() {
    long sum = 0;
    int at = 0;
    for (int a : state.nodesLeft()) {
      for (Table table : state.node(a).tablesAbove(a)) {
        ProofState.require(at < step.potentials().length, "an edge has no potentials");
        sum = Math.addExact(sum, move(table, step.potentials()[at++]));
      }
    }
    ProofState.require(at == step.potentials().length, "potentials are of no edge");
    return sum;
  }

  private long move(Table table, long[][] potentials) {
    ProofNode a = state.node(table.low());
    ProofNode b = state.node(table.high());
    boolean fits =
        potentials.length == 2
            && potentials[0].length == a.size()
            && potentials[1].length == b.size();
    ProofState.require(fits, "an edge has potentials of another one");
    long[] cells = table.cells().clone();
    long least = ProofState.NEVER;
    for (int s = 0, c = 0; s < a.size(); s++) {
      for (int t = 0; t < b.size(); t++, c++) {
        if (cells[c] != ProofState.NEVER) {
          cells[c] = cells[c] - potentials[0][s] - potentials[1][t];
          ProofState.require(Math.abs(cells[c]) < 1L << 61, "a potential is too large");
          least = Math.min(least, cells[c]);
        }
      }
    }
    add(a.costs, potentials[0]);
    add(b.costs, potentials[1]);
    state.put(new Table(table.low(), table.high(), cells));
    if (least == ProofState.NEVER) {
      state.close();
      return 0;
    }
    return least;
  }

  private static void add(long[] costs, long[] more) {
    for (int s = 0; s < costs.length; s++) {
      ProofState.require(Math.abs(more[s]) < 1L << 60, "a potential is too large");
      if (costs[s] != ProofState.NEVER) {
        costs[s] = Math.addExact(costs[s], more[s]);
      }
    }
  }
}
