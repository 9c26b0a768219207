package autopar.solver.reduce;

import autopar.solver.certificate.ProofStep;

/**
 * Eliminates a node without usage that has at most two neighbours: for each of their strategies its
 * cheapest answer is known, and the cost of that answer becomes a cost of the neighbour, or a table
 * between the two.
 *
 * <p>Safe: variable elimination (Bertele and Brioschi, 1972). Only nodes without usage go, so no
 * row sees a difference.
 */
final class FewNeighbours implements Reduction {
  /** A new table may have this many cells even where the old ones had fewer. */
  private static final int SMALL_TABLE = 2_500;

  @Override
  public boolean apply(Draft draft, int node) {
    if (draft.pieces[node].length > 0 || draft.degree[node] > 2) {
      return false;
    }
    boolean goes =
        switch (draft.degree[node]) {
          case 0 -> alone(draft, node);
          case 1 -> leaf(draft, node);
          default -> between(draft, node);
        };
    if (goes) {
      draft.journal.accept(new ProofStep.Eliminate(node));
    }
    return goes;
  }

  private static boolean alone(Draft draft, int node) {
    int best = 0;
    for (int s = 1; s < draft.size(node); s++) {
      best = draft.unary[node][s] < draft.unary[node][best] ? s : best;
    }
    draft.constant += draft.unary[node][best];
    int[] pick = {draft.original[node][best]};
    draft.removeNode(node, new Recovery(node, new int[0], new int[0], pick));
    return true;
  }

  private static boolean leaf(Draft draft, int node) {
    int e = draft.incident[node][0];
    int a = draft.other(e, node);
    double[] costs = draft.unary[a].clone();
    int[] pick = new int[draft.originalCount[a]];
    for (int s = 0; s < costs.length; s++) {
      int best = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int x = 0; x < draft.size(node); x++) {
        double cost = draft.unary[node][x] + draft.cell(e, a, s, x);
        if (cost < least) {
          least = cost;
          best = x;
        }
      }
      costs[s] += least;
      pick[draft.original[a][s]] = draft.original[node][best];
    }
    draft.removeEdge(e);
    draft.unary[a] = costs;
    draft.touch(a);
    int[] radix = {draft.originalCount[a]};
    draft.removeNode(node, new Recovery(node, new int[] {a}, radix, pick));
    return true;
  }

  private static boolean between(Draft draft, int node) {
    int e = draft.incident[node][0];
    int f = draft.incident[node][1];
    int a = draft.other(e, node);
    int b = draft.other(f, node);
    long cells = (long) draft.size(a) * draft.size(b);
    long before = draft.table[e].length + draft.table[f].length;
    if (a == b || cells > Math.max(SMALL_TABLE, before)) {
      return false;
    }
    int countA = draft.size(a);
    int countB = draft.size(b);
    int values = draft.size(node);
    double[] toB = new double[values * countB];
    for (int x = 0; x < values; x++) {
      for (int t = 0; t < countB; t++) {
        toB[x * countB + t] = draft.cell(f, node, x, t) + draft.unary[node][x];
      }
    }
    double[] costs = new double[countA * countB];
    int[] pick = new int[draft.originalCount[a] * draft.originalCount[b]];
    for (int s = 0; s < countA; s++) {
      for (int t = 0; t < countB; t++) {
        double least = Double.POSITIVE_INFINITY;
        int best = 0;
        for (int x = 0; x < values; x++) {
          double cost = draft.cell(e, node, x, s) + toB[x * countB + t];
          if (cost < least) {
            least = cost;
            best = x;
          }
        }
        costs[s * countB + t] = least;
        pick[draft.original[a][s] * draft.originalCount[b] + draft.original[b][t]] =
            draft.original[node][best];
      }
    }
    draft.removeEdge(e);
    draft.removeEdge(f);
    int[] radix = {draft.originalCount[a], draft.originalCount[b]};
    draft.removeNode(node, new Recovery(node, new int[] {a, b}, radix, pick));
    draft.addEdge(a, b, costs);
    return true;
  }
}
