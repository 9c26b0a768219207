package autopar.solver.exact;

import autopar.solver.bound.DualBound;
import autopar.solver.reduce.Core;

/** Which node of a core to branch on. */
public final class Branching {
  private Branching() {}

  /** The node to which most of the rounded choice's distance from the bound is due. */
  public static int node(Core core, DualBound dual, int[] rounded) {
    double[] blame = new double[core.nodeCount()];
    for (int v = 0; v < blame.length; v++) {
      double least = Double.POSITIVE_INFINITY;
      for (double cost : dual.reduced(v)) {
        least = Math.min(least, cost);
      }
      blame[v] = dual.reduced(v)[rounded[v]] - least;
    }
    for (int e = 0; e < core.edgeCount(); e++) {
      int a = core.ends()[e][0];
      int b = core.ends()[e][1];
      int s = rounded[a];
      int t = rounded[b];
      double rest =
          core.tables()[e][s * core.size(b) + t]
              - dual.firstPotential(e)[s]
              - dual.secondPotential(e)[t];
      rest = Math.min(rest, 1e16);
      blame[a] += rest / 2;
      blame[b] += rest / 2;
    }
    int best = 0;
    for (int v = 0; v < blame.length; v++) {
      blame[v] /= Math.log(1 + core.size(v));
      if (blame[v] > blame[best]) {
        best = v;
      }
    }
    return blame[best] > 0 ? best : mostUsage(core, dual);
  }

  /** The node whose strategies differ most in what they use of the priced rows. */
  private static int mostUsage(Core core, DualBound dual) {
    int best = 0;
    double most = -1;
    for (int v = 0; v < core.nodeCount(); v++) {
      double spread = 0;
      for (Core.Usage piece : core.pieces()[v]) {
        double worth = 1e-12;
        for (int r = piece.from(); r < piece.to(); r++) {
          worth += dual.prices()[r];
        }
        double largest = 0;
        for (double amount : piece.amount()) {
          largest = Math.max(largest, amount);
        }
        spread += largest * worth;
      }
      if (spread > most) {
        most = spread;
        best = v;
      }
    }
    return best;
  }
}
