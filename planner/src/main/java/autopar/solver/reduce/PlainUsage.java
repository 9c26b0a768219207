package autopar.solver.reduce;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a node's usage into pieces over disjoint rows, as few as possible, and spends in each what
 * the node uses whatever its strategy.
 *
 * <p>Safe: the usage of a choice in every row does not change.
 */
final class PlainUsage implements Reduction {
  /** By node, the pieces that were left as they are. */
  private Piece[][] plain = {};

  @Override
  public boolean apply(Draft draft, int node) {
    if (plain.length < draft.nodeCount) {
      plain = new Piece[draft.nodeCount][];
    }
    Piece[] before = draft.pieces[node];
    if (before.length == 0 || plain[node] == before) {
      return false;
    }
    Piece[] after = disjoint(draft, before, draft.size(node));
    plain[node] = after;
    draft.pieces[node] = after;
    boolean changed = !Arrays.equals(before, after, PlainUsage::compare);
    if (changed) {
      draft.touch(node);
    }
    return changed;
  }

  private static int compare(Piece a, Piece b) {
    boolean same = a.from() == b.from() && a.to() == b.to() && Arrays.equals(a.usage(), b.usage());
    return same ? 0 : 1;
  }

  private static Piece[] disjoint(Draft draft, Piece[] pieces, int count) {
    int[] cuts = new int[2 * pieces.length];
    for (int p = 0; p < pieces.length; p++) {
      cuts[2 * p] = pieces[p].from();
      cuts[2 * p + 1] = pieces[p].to();
    }
    cuts = Arrays.stream(cuts).sorted().distinct().toArray();
    double[][] sums = new double[cuts.length][count];
    for (Piece piece : pieces) {
      int from = Arrays.binarySearch(cuts, piece.from());
      int to = Arrays.binarySearch(cuts, piece.to());
      for (int s = 0; s < count; s++) {
        sums[from][s] += piece.usage()[s];
        sums[to][s] -= piece.usage()[s];
      }
    }
    List<Piece> kept = new ArrayList<>();
    for (int c = 0; c + 1 < cuts.length; c++) {
      for (int s = 0; s < count && c > 0; s++) {
        sums[c][s] += sums[c - 1][s];
      }
      keep(draft, kept, cuts[c], cuts[c + 1], sums[c]);
    }
    return kept.toArray(Piece[]::new);
  }

  private static void keep(Draft draft, List<Piece> kept, int from, int to, double[] sum) {
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (double u : sum) {
      least = Math.min(least, u);
      most = Math.max(most, u);
    }
    if (least > 0) {
      draft.spend(from, to, least);
    }
    if (most == least) {
      return;
    }
    double[] usage = new double[sum.length];
    for (int s = 0; s < usage.length; s++) {
      usage[s] = sum[s] - least;
    }
    int last = kept.size() - 1;
    if (last >= 0 && kept.get(last).to() == from && Arrays.equals(kept.get(last).usage(), usage)) {
      kept.set(last, new Piece(kept.get(last).from(), to, usage));
    } else {
      kept.add(new Piece(from, to, usage));
    }
  }
}
