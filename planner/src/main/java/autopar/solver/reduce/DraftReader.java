package autopar.solver.reduce;

import autopar.solver.IntraOpProblem;
import autopar.solver.certificate.ProofStep;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Reads a problem or a core into a draft.
 *
 * <p>An edge over more than two nodes becomes a node of its own whose strategies are the allowed
 * cells, tied to each of its nodes.
 */
final class DraftReader {
  private DraftReader() {}

  /** A problem; every node is touched, and the journal hears which rows there are. */
  static Draft read(IntraOpProblem problem, IntConsumer touched, Consumer<ProofStep> journal) {
    TimeRows rows = new TimeRows(problem);
    double[] slack = new double[rows.times.length];
    boolean limited = problem.usageLimit().isPresent();
    if (limited) {
      journal.accept(new ProofStep.Rows(rows.times.clone()));
    }
    Arrays.fill(slack, limited ? problem.usageLimit().getAsLong() : Double.POSITIVE_INFINITY);
    int nodes = problem.nodeCount();
    int edges = 0;
    for (int e = 0; e < problem.edgeCount(); e++) {
      boolean wide = problem.arity(e) > 2;
      nodes += wide ? 1 : 0;
      edges += wide ? problem.arity(e) : 1;
    }
    Draft draft = new Draft(rows.times, slack, nodes, edges, touched, journal);
    for (int v = 0; v < problem.nodeCount(); v++) {
      readNode(draft, problem, v, rows, limited);
    }
    for (int e = 0; e < problem.edgeCount(); e++) {
      if (problem.arity(e) == 2) {
        readEdge(draft, problem, e);
      } else {
        readWideEdge(draft, problem, e);
      }
    }
    return draft;
  }

  /** A core; every node is touched. */
  static Draft read(Core core, IntConsumer touched, Consumer<ProofStep> journal) {
    Draft draft =
        new Draft(
            core.rowTimes().clone(),
            core.slack().clone(),
            core.nodeCount(),
            core.edgeCount(),
            touched,
            journal);
    draft.constant = core.constant();
    for (int v = 0; v < core.nodeCount(); v++) {
      Core.Usage[] usage = core.pieces()[v];
      Piece[] pieces = new Piece[usage.length];
      for (int p = 0; p < pieces.length; p++) {
        pieces[p] = new Piece(usage[p].from(), usage[p].to(), usage[p].amount());
      }
      draft.addNode(core.unary()[v].clone(), pieces);
    }
    for (int e = 0; e < core.edgeCount(); e++) {
      draft.addEdge(core.ends()[e][0], core.ends()[e][1], core.tables()[e].clone());
    }
    return draft;
  }

  private static void readNode(
      Draft draft, IntraOpProblem problem, int v, TimeRows rows, boolean limited) {
    int count = problem.strategyCount(v);
    double[] costs = new double[count];
    double[] usage = new double[count];
    for (int s = 0; s < count; s++) {
      costs[s] = finite(problem.cost(v, s));
      usage[s] = problem.usage(v, s);
    }
    boolean counts = limited && rows.from[v] < rows.to[v];
    draft.addNode(
        costs, counts ? new Piece[] {new Piece(rows.from[v], rows.to[v], usage)} : Draft.NO_PIECES);
  }

  private static double finite(long cost) {
    return cost >= IntraOpProblem.FORBIDDEN ? Double.POSITIVE_INFINITY : cost;
  }

  private static void readEdge(Draft draft, IntraOpProblem problem, int e) {
    double[] costs = new double[problem.cellCount(e)];
    for (int c = 0; c < costs.length; c++) {
      costs[c] = finite(problem.edgeCost(e, c));
    }
    draft.addEdge(problem.edgeNode(e, 0), problem.edgeNode(e, 1), costs);
  }

  private static void readWideEdge(Draft draft, IntraOpProblem problem, int e) {
    int allowed = 0;
    for (int c = 0; c < problem.cellCount(e); c++) {
      allowed += problem.edgeCost(e, c) < IntraOpProblem.FORBIDDEN ? 1 : 0;
    }
    double[] costs = new double[Math.max(allowed, 1)];
    costs[0] = Double.POSITIVE_INFINITY;
    int[] cells = new int[costs.length];
    int at = 0;
    for (int c = 0; c < problem.cellCount(e); c++) {
      if (problem.edgeCost(e, c) < IntraOpProblem.FORBIDDEN) {
        costs[at] = problem.edgeCost(e, c);
        cells[at++] = c;
      }
    }
    int tuple = draft.addNode(costs, Draft.NO_PIECES);
    int below = problem.cellCount(e);
    for (int k = 0; k < problem.arity(e); k++) {
      int v = problem.edgeNode(e, k);
      int count = problem.strategyCount(v);
      below /= count;
      double[] tie = new double[cells.length * count];
      Arrays.fill(tie, Double.POSITIVE_INFINITY);
      for (int i = 0; i < cells.length; i++) {
        tie[i * count + cells[i] / below % count] = 0;
      }
      draft.addEdge(tuple, v, tie);
    }
  }
}
