package autopar.solver.reduce;

/**
 * Arc consistency: drops a strategy that costs infinity, or that has no allowed partner at the
 * other end of some edge.
 *
 * <p>Safe: every choice with such a strategy is forbidden.
 */
final class ForbiddenStrategies implements Reduction {
  @Override
  public boolean apply(Draft draft, int node) {
    int count = draft.size(node);
    boolean[] keep = new boolean[count];
    boolean all = true;
    for (int s = 0; s < count; s++) {
      keep[s] = draft.unary[node][s] < Double.POSITIVE_INFINITY && hasPartners(draft, node, s);
      all &= keep[s];
    }
    if (!all) {
      draft.restrict(node, keep);
    }
    return !all;
  }

  private static boolean hasPartners(Draft draft, int node, int s) {
    for (int i = 0; i < draft.degree[node]; i++) {
      int e = draft.incident[node][i];
      if ((draft.known[e] & PlainEdges.NORMAL) != 0) {
        continue;
      }
      boolean first = draft.endA[e] == node;
      int others = draft.size(draft.other(e, node));
      int step = first ? 1 : draft.size(node);
      int at = first ? s * others : s;
      double[] table = draft.table[e];
      boolean found = false;
      for (int t = 0; t < others && !found; t++, at += step) {
        found = table[at] < Double.POSITIVE_INFINITY;
      }
      if (!found) {
        return false;
      }
    }
    return true;
  }
}
