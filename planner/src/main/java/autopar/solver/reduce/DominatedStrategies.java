package autopar.solver.reduce;

import java.util.Arrays;

/**
 * Drops a strategy s for which another strategy t of the node is never dearer, whatever the
 * neighbours have, and never uses more in any row.
 *
 * <p>Safe: t in place of s in any allowed choice is allowed and costs no more (Goldstein's
 * criterion, "Efficient rotamer elimination applied to protein side-chains", 1994, with usage
 * added).
 */
final class DominatedStrategies implements Reduction {
  /** A node's pairs of strategies are compared so often at most: large nodes are touched a lot. */
  private static final long MOST_PAIRS = 3_000_000;

  private long[] compared = {};

  @Override
  public boolean apply(Draft draft, int node) {
    int count = draft.size(node);
    if (compared.length < draft.nodeCount) {
      compared = new long[draft.nodeCount];
    }
    if (compared[node] > MOST_PAIRS) {
      return false;
    }
    compared[node] += (long) count * count;
    boolean[] keep = new boolean[count];
    Arrays.fill(keep, true);
    int[] gone = new int[count];
    int[] instead = new int[count];
    int goneCount = 0;
    Summary summary = new Summary(draft, node);
    for (int s = count - 1; s >= 0 && goneCount < count - 1; s--) {
      for (int t = 0; t < count && keep[s]; t++) {
        if (t != s
            && keep[t]
            && summary.mayDominate(t, s)
            && samplesAllow(draft, node, t, s)
            && usesNoMore(draft, node, t, s)
            && neverDearer(draft, node, t, s)) {
          keep[s] = false;
          instead[s] = t;
          gone[goneCount++] = s;
        }
      }
    }
    if (goneCount > 0) {
      draft.restrict(node, keep, Arrays.copyOf(gone, goneCount), instead);
    }
    return goneCount > 0;
  }

  @Override
  public boolean isSlow() {
    return true;
  }

  /** Sums per strategy, in which one that dominates another cannot be the larger. */
  private static final class Summary {
    private static final int GROUPS = 16;

    /** By strategy and group of pieces. */
    private final double[] usage;

    private final double[] mean;
    private final int[] forbidden;

    Summary(Draft draft, int node) {
      int count = draft.size(node);
      usage = new double[count * GROUPS];
      mean = draft.unary[node].clone();
      forbidden = new int[count];
      Piece[] pieces = draft.pieces[node];
      for (int p = 0; p < pieces.length; p++) {
        for (int s = 0; s < count; s++) {
          usage[s * GROUPS + p % GROUPS] += pieces[p].usage()[s];
        }
      }
      for (int i = 0; i < draft.degree[node]; i++) {
        int e = draft.incident[node][i];
        int others = draft.size(draft.other(e, node));
        for (int s = 0; s < count; s++) {
          double sum = 0;
          for (int o = 0; o < others; o++) {
            double cell = draft.cell(e, node, s, o);
            if (cell < Double.POSITIVE_INFINITY) {
              sum += cell;
            } else {
              forbidden[s]++;
            }
          }
          mean[s] += sum / others;
        }
      }
    }

    boolean mayDominate(int t, int s) {
      if (forbidden[t] > forbidden[s]
          || forbidden[s] == 0 && mean[t] > mean[s] * (1 + 1e-9) + 1e-9) {
        return false;
      }
      for (int g = 0; g < GROUPS; g++) {
        if (usage[t * GROUPS + g] > usage[s * GROUPS + g]) {
          return false;
        }
      }
      return true;
    }
  }

  private static boolean usesNoMore(Draft draft, int node, int t, int s) {
    for (Piece piece : draft.pieces[node]) {
      if (piece.usage()[t] > piece.usage()[s]) {
        return false;
      }
    }
    return true;
  }

  /** Whether three cells per edge leave it open that t is never dearer than s. */
  private static boolean samplesAllow(Draft draft, int node, int t, int s) {
    double difference = draft.unary[node][t] - draft.unary[node][s];
    for (int i = 0; i < draft.degree[node]; i++) {
      int e = draft.incident[node][i];
      int others = draft.size(draft.other(e, node));
      double sample =
          Math.max(
              gap(draft, e, node, t, s, 0),
              Math.max(
                  gap(draft, e, node, t, s, others / 2), gap(draft, e, node, t, s, others - 1)));
      if (sample == Double.POSITIVE_INFINITY) {
        return false;
      }
      difference += sample == Double.NEGATIVE_INFINITY ? 0 : sample;
    }
    return difference <= 0;
  }

  private static boolean neverDearer(Draft draft, int node, int t, int s) {
    double difference = draft.unary[node][t] - draft.unary[node][s];
    for (int i = 0; i < draft.degree[node]; i++) {
      int e = draft.incident[node][i];
      int others = draft.size(draft.other(e, node));
      double worst = Double.NEGATIVE_INFINITY;
      for (int o = 0; o < others && worst < Double.POSITIVE_INFINITY; o++) {
        worst = Math.max(worst, gap(draft, e, node, t, s, o));
      }
      if (worst == Double.POSITIVE_INFINITY) {
        return false;
      }
      difference += worst;
    }
    return difference <= 0;
  }

  /** The cell of t less that of s; where s is forbidden, t is no worse. */
  private static double gap(Draft draft, int e, int node, int t, int s, int o) {
    double costS = draft.cell(e, node, s, o);
    return costS == Double.POSITIVE_INFINITY
        ? Double.NEGATIVE_INFINITY
        : draft.cell(e, node, t, o) - costS;
  }
}
