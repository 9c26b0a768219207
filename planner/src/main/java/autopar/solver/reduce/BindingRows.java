package autopar.solver.reduce;

import autopar.solver.certificate.ProofStep;
import java.util.Arrays;

/**
 * Drops the time rows that cannot be violated, and the strategies that alone violate one.
 *
 * <p>Safe: a row where even the largest usages fit holds for every choice; a row whose pieces are
 * among those of a neighbouring row with no more slack holds whenever that one does; a strategy
 * that uses more than a row's slack is in no allowed choice, as slack already counts the least
 * usage of every other node.
 */
final class BindingRows {
  private BindingRows() {}

  /** Applies the rule to the whole draft; true when rows or strategies went. */
  static boolean apply(Draft draft) {
    draft.settle();
    int rows = draft.slack.length;
    for (int r = 0; r < rows; r++) {
      if (draft.slack[r] < 0) {
        draft.journal.accept(new ProofStep.Rows(draft.rowTimes.clone()));
        draft.contradict("the usage limit cannot be met at time " + draft.rowTimes[r]);
        return false;
      }
    }
    boolean changed = dropHeavyStrategies(draft);
    boolean[] keep = canBind(draft);
    dropCovered(draft, keep);
    int kept = 0;
    for (boolean k : keep) {
      kept += k ? 1 : 0;
    }
    if (kept < rows) {
      draft.restrictRows(keep);
      changed = true;
    }
    return changed;
  }

  private static boolean[] canBind(Draft draft) {
    double[] change = new double[draft.slack.length + 1];
    for (int v = 0; v < draft.nodeCount; v++) {
      for (Piece piece : draft.pieces[v]) {
        double most = 0;
        for (double u : piece.usage()) {
          most = Math.max(most, u);
        }
        change[piece.from()] += most;
        change[piece.to()] -= most;
      }
    }
    boolean[] keep = new boolean[draft.slack.length];
    double sum = 0;
    for (int r = 0; r < keep.length; r++) {
      sum += change[r];
      keep[r] = sum > draft.slack[r];
    }
    return keep;
  }

  private static boolean dropHeavyStrategies(Draft draft) {
    boolean changed = false;
    for (int v = 0; v < draft.nodeCount; v++) {
      boolean[] keep = null;
      for (Piece piece : draft.pieces[v]) {
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (double u : piece.usage()) {
          most = Math.max(most, u);
        }
        for (int r = piece.from(); r < piece.to(); r++) {
          least = Math.min(least, draft.slack[r]);
        }
        if (most > least) {
          keep = keep == null ? all(draft.size(v)) : keep;
          for (int s = 0; s < keep.length; s++) {
            keep[s] &= piece.usage()[s] <= least;
          }
        }
      }
      if (keep != null) {
        draft.restrict(v, keep);
        changed = true;
      }
    }
    return changed;
  }

  private static boolean[] all(int count) {
    boolean[] keep = new boolean[count];
    Arrays.fill(keep, true);
    return keep;
  }

  /**
   * Unmarks rows whose pieces are a subset of those of the previous or next kept row: nothing is
   * born, or nothing dies, between the two.
   */
  private static void dropCovered(Draft draft, boolean[] keep) {
    int rows = keep.length;
    int[] born = new int[rows + 1];
    int[] died = new int[rows + 1];
    for (int v = 0; v < draft.nodeCount; v++) {
      for (Piece piece : draft.pieces[v]) {
        born[piece.from()]++;
        died[piece.to()]++;
      }
    }
    int[] stack = new int[rows];
    int[] bornSince = new int[rows];
    int[] diedSince = new int[rows];
    int depth = 0;
    int births = 0;
    int deaths = 0;
    for (int r = 0; r < rows; r++) {
      births += born[r];
      deaths += died[r];
      if (!keep[r]) {
        continue;
      }
      boolean covered = false;
      while (depth > 0) {
        int previous = stack[depth - 1];
        if (deaths == 0 && draft.slack[previous] >= draft.slack[r]) {
          keep[previous] = false;
          depth--;
          births += bornSince[depth];
          deaths += diedSince[depth];
        } else {
          covered = births == 0 && draft.slack[r] >= draft.slack[previous];
          break;
        }
      }
      if (covered) {
        keep[r] = false;
      } else {
        stack[depth] = r;
        bornSince[depth] = births;
        diedSince[depth++] = deaths;
        births = 0;
        deaths = 0;
      }
    }
  }
}
