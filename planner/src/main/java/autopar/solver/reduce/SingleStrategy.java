package autopar.solver.reduce;

import autopar.solver.certificate.ProofStep;

/**
 * Removes a node with one strategy left: its cost is a constant, its row of every edge becomes cost
 * of the neighbour, its usage is spent.
 *
 * <p>Safe: every choice has that strategy.
 */
final class SingleStrategy implements Reduction {
  @Override
  public boolean apply(Draft draft, int node) {
    if (draft.size(node) != 1) {
      return false;
    }
    draft.journal.accept(new ProofStep.Fix(node));
    while (draft.degree[node] > 0) {
      int e = draft.incident[node][0];
      int neighbour = draft.other(e, node);
      double[] costs = draft.unary[neighbour].clone();
      for (int t = 0; t < costs.length; t++) {
        costs[t] += draft.table[e][t];
      }
      draft.unary[neighbour] = costs;
      draft.removeEdge(e);
    }
    for (Piece piece : draft.pieces[node]) {
      draft.spend(piece.from(), piece.to(), piece.usage()[0]);
    }
    draft.constant += draft.unary[node][0];
    int only = draft.original[node][0];
    draft.removeNode(node, new Recovery(node, new int[0], new int[0], new int[] {only}));
    return true;
  }
}
