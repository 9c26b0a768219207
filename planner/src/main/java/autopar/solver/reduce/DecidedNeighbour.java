package autopar.solver.reduce;

import autopar.solver.certificate.ProofStep;
import java.util.Arrays;

/**
 * Contracts an edge on which the strategy of one end decides that of the other: where every
 * strategy of {@code node} allows exactly one strategy m(s) of a neighbour, the neighbour's cost,
 * edges and usage are taken over at m(s).
 *
 * <p>Safe: every allowed choice has m(s) at the neighbour. Usage is taken over piece by piece, so
 * every row sees the same sum.
 */
final class DecidedNeighbour implements Reduction {
  /** The bits that say that the first, or the second, end of an edge does not decide the other. */
  private static final byte FIRST_IS_OPEN = 2;

  private static final byte SECOND_IS_OPEN = 4;

  @Override
  public boolean apply(Draft draft, int node) {
    boolean changed = false;
    int i = 0;
    while (i < draft.degree[node]) {
      int e = draft.incident[node][i];
      byte open = draft.endA[e] == node ? FIRST_IS_OPEN : SECOND_IS_OPEN;
      int[] decided = (draft.known[e] & open) == 0 ? decided(draft, e, node) : null;
      if (decided == null) {
        draft.known[e] |= open;
        i++;
      } else {
        contract(draft, e, node, decided);
        changed = true;
      }
    }
    return changed;
  }

  private static int[] decided(Draft draft, int e, int node) {
    int others = draft.size(draft.other(e, node));
    int count = draft.size(node);
    int[] decided = new int[count];
    for (int s = 0; s < count; s++) {
      int found = -1;
      for (int t = 0; t < others; t++) {
        if (draft.cell(e, node, s, t) < Double.POSITIVE_INFINITY) {
          if (found >= 0) {
            return null;
          }
          found = t;
        }
      }
      if (found < 0) {
        return null;
      }
      decided[s] = found;
    }
    return decided;
  }

  private static void contract(Draft draft, int e, int node, int[] decided) {
    int gone = draft.other(e, node);
    draft.journal.accept(new ProofStep.Contract(node, gone));
    int count = decided.length;
    double[] costs = draft.unary[node].clone();
    int[] pick = new int[draft.originalCount[node]];
    for (int s = 0; s < count; s++) {
      costs[s] += draft.cell(e, node, s, decided[s]) + draft.unary[gone][decided[s]];
      pick[draft.original[node][s]] = draft.original[gone][decided[s]];
    }
    draft.unary[node] = costs;
    draft.removeEdge(e);
    while (draft.degree[gone] > 0) {
      int f = draft.incident[gone][0];
      int far = draft.other(f, gone);
      if (far == node) {
        foldInner(draft, f, node, decided);
      } else {
        draft.moveEnd(f, gone, node, moved(draft, f, gone, far, decided));
      }
    }
    takeOverUsage(draft, node, gone, decided);
    draft.removeNode(
        gone, new Recovery(gone, new int[] {node}, new int[] {draft.originalCount[node]}, pick));
    draft.touch(node);
  }

  /** A second edge between the two ends is a cost of the strategy now. */
  private static void foldInner(Draft draft, int f, int node, int[] decided) {
    for (int s = 0; s < decided.length; s++) {
      draft.unary[node][s] += draft.cell(f, node, s, decided[s]);
    }
    draft.removeEdge(f);
  }

  private static double[] moved(Draft draft, int f, int gone, int far, int[] decided) {
    int fars = draft.size(far);
    double[] costs = new double[decided.length * fars];
    boolean first = draft.endA[f] == gone;
    for (int s = 0; s < decided.length; s++) {
      for (int t = 0; t < fars; t++) {
        int at = first ? s * fars + t : t * decided.length + s;
        costs[at] = draft.cell(f, gone, decided[s], t);
      }
    }
    return costs;
  }

  private static void takeOverUsage(Draft draft, int node, int gone, int[] decided) {
    Piece[] own = draft.pieces[node];
    Piece[] more = draft.pieces[gone];
    if (more.length == 0) {
      return;
    }
    Piece[] both = Arrays.copyOf(own, own.length + more.length);
    for (int p = 0; p < more.length; p++) {
      double[] usage = new double[decided.length];
      for (int s = 0; s < usage.length; s++) {
        usage[s] = more[p].usage()[decided[s]];
      }
      both[own.length + p] = new Piece(more[p].from(), more[p].to(), usage);
    }
    draft.pieces[node] = both;
  }
}
