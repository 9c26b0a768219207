package autopar.solver.reduce;

import autopar.solver.certificate.ProofStep;
import java.util.Arrays;

/**
 * Adds up edges over the same two nodes, moves the least cost of every row and column of a table to
 * the strategies it belongs to, and drops tables of zeros. A separable table {@code f(s) + g(t)} is
 * such a table after the move.
 *
 * <p>Safe: the sum of a choice's costs does not change.
 */
final class PlainEdges implements Reduction {
  /** The bit that says that a table is normalised. */
  static final byte NORMAL = 1;

  private int[] edgeTo = {};

  @Override
  public boolean apply(Draft draft, int node) {
    boolean changed = merge(draft, node);
    for (int i = draft.degree[node] - 1; i >= 0; i--) {
      int e = draft.incident[node][i];
      if ((draft.known[e] & NORMAL) == 0) {
        changed |= normalise(draft, e);
        if (isZero(draft.table[e])) {
          draft.journal.accept(new ProofStep.Separate(draft.endA[e], draft.endB[e]));
          draft.removeEdge(e);
          changed = true;
        }
      }
    }
    return changed;
  }

  private boolean merge(Draft draft, int node) {
    if (edgeTo.length < draft.nodeCount) {
      edgeTo = new int[draft.nodeCount];
      Arrays.fill(edgeTo, -1);
    }
    boolean changed = false;
    for (int i = draft.degree[node] - 1; i >= 0; i--) {
      int e = draft.incident[node][i];
      int neighbour = draft.other(e, node);
      if (edgeTo[neighbour] < 0) {
        edgeTo[neighbour] = e;
      } else {
        add(draft, edgeTo[neighbour], e);
        draft.removeEdge(e);
        changed = true;
      }
    }
    for (int i = 0; i < draft.degree[node]; i++) {
      edgeTo[draft.other(draft.incident[node][i], node)] = -1;
    }
    return changed;
  }

  private static void add(Draft draft, int to, int from) {
    double[] sum = draft.table[to].clone();
    double[] more = draft.table[from];
    if (draft.endA[to] == draft.endA[from]) {
      for (int c = 0; c < sum.length; c++) {
        sum[c] += more[c];
      }
    } else {
      int columns = draft.size(draft.endB[to]);
      int rows = draft.size(draft.endA[to]);
      for (int s = 0; s < rows; s++) {
        for (int t = 0; t < columns; t++) {
          sum[s * columns + t] += more[t * rows + s];
        }
      }
    }
    draft.setTable(to, sum);
  }

  private static boolean normalise(Draft draft, int e) {
    int a = draft.endA[e];
    int b = draft.endB[e];
    double[] costs = draft.table[e];
    int columns = draft.size(b);
    boolean changed = false;
    boolean supported = true;
    for (int s = 0; s < draft.size(a); s++) {
      double least = Double.POSITIVE_INFINITY;
      for (int t = 0; t < columns; t++) {
        least = Math.min(least, costs[s * columns + t]);
      }
      supported &= least < Double.POSITIVE_INFINITY;
      if (least != 0 && least < Double.POSITIVE_INFINITY) {
        for (int t = 0; t < columns; t++) {
          costs[s * columns + t] -= least;
        }
        draft.unary[a][s] += least;
        changed = true;
      }
    }
    for (int t = 0; t < columns; t++) {
      double least = Double.POSITIVE_INFINITY;
      for (int c = t; c < costs.length; c += columns) {
        least = Math.min(least, costs[c]);
      }
      supported &= least < Double.POSITIVE_INFINITY;
      if (least != 0 && least < Double.POSITIVE_INFINITY) {
        for (int c = t; c < costs.length; c += columns) {
          costs[c] -= least;
        }
        draft.unary[b][t] += least;
        changed = true;
      }
    }
    if (supported) {
      draft.known[e] |= NORMAL;
    }
    if (changed) {
      draft.touch(a);
      draft.touch(b);
    }
    return changed;
  }

  private static boolean isZero(double[] costs) {
    for (double cost : costs) {
      if (cost != 0) {
        return false;
      }
    }
    return true;
  }
}
