package autopar.solver.certificate;

import autopar.solver.IntraOpProblem;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A problem in the terms of a proof: its nodes, and one more for each edge over more than two
 * nodes, whose strategies are the allowed cells, tied to each node of the edge.
 */
final class ProblemNodes {
  /** Costs beyond this count as this, which only makes a bound harder to prove. */
  static final long LARGE = 1L << 46;

  private ProblemNodes() {}

  static ProofNode[] read(IntraOpProblem problem, ProofRows rows) {
    int wide = 0;
    for (int e = 0; e < problem.edgeCount(); e++) {
      wide += problem.arity(e) > 2 ? 1 : 0;
    }
    ProofNode[] nodes = new ProofNode[problem.nodeCount() + wide];
    for (int v = 0; v < problem.nodeCount(); v++) {
      nodes[v] = node(problem, v, rows);
    }
    for (int e = 0, tuple = problem.nodeCount(); e < problem.edgeCount(); e++) {
      if (problem.arity(e) > 2) {
        int edge = e;
        long[] costs =
            Arrays.stream(allowed(problem, e))
                .mapToLong(c -> cost(problem.edgeCost(edge, c)))
                .toArray();
        nodes[tuple++] = new ProofNode(IntStream.range(0, costs.length).toArray(), costs);
      }
    }
    return nodes;
  }

  private static ProofNode node(IntraOpProblem problem, int v, ProofRows rows) {
    int count = problem.strategyCount(v);
    long[] costs = new long[count];
    long[] usage = new long[count];
    for (int s = 0; s < count; s++) {
      costs[s] = cost(problem.cost(v, s));
      usage[s] = problem.usage(v, s);
    }
    ProofNode node = new ProofNode(IntStream.range(0, count).toArray(), costs);
    if (rows.times.length > 0 && problem.start(v) < problem.end(v)) {
      int from = rows.firstAtLeast(problem.start(v));
      node.uses = List.of(new ProofNode.Use(from, rows.firstAtLeast(problem.end(v)), usage));
      node.tidyUses(rows::spend);
    }
    return node;
  }

  static long[] cells(IntraOpProblem problem, int e) {
    long[] cells = new long[problem.cellCount(e)];
    for (int c = 0; c < cells.length; c++) {
      cells[c] = cost(problem.edgeCost(e, c));
    }
    return cells;
  }

  private static int[] allowed(IntraOpProblem problem, int e) {
    return IntStream.range(0, problem.cellCount(e))
        .filter(c -> problem.edgeCost(e, c) < IntraOpProblem.FORBIDDEN)
        .toArray();
  }

  /** Zero where a strategy of the node at {@code position} is that of the cell. */
  static long[] tie(IntraOpProblem problem, int e, int position) {
    int[] cells = allowed(problem, e);
    int count = problem.strategyCount(problem.edgeNode(e, position));
    int below = 1;
    for (int k = problem.arity(e) - 1; k > position; k--) {
      below *= problem.strategyCount(problem.edgeNode(e, k));
    }
    long[] tie = new long[cells.length * count];
    Arrays.fill(tie, ProofState.NEVER);
    for (int i = 0; i < cells.length; i++) {
      tie[i * count + cells[i] / below % count] = 0;
    }
    return tie;
  }

  private static long cost(long cost) {
    return cost >= IntraOpProblem.FORBIDDEN
        ? ProofState.NEVER
        : Math.min(cost, LARGE) << ProofState.COST_BITS;
  }
}
