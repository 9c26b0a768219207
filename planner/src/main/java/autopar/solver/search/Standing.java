package autopar.solver.search;

import autopar.solver.reduce.Core;

/**
 * A choice of a core with its usage per time row kept up to date.
 *
 * <p>A row that starts above its slack may not rise further; every other row must stay within it.
 */
final class Standing {
  final Core core;
  final int[] choice;
  final double[] usage;

  Standing(Core core, int[] choice) {
    this.core = core;
    this.choice = choice.clone();
    usage = new double[core.rowCount()];
    core.usage(this.choice, usage);
  }

  /** Gives {@code node} another strategy. */
  void set(int node, int strategy) {
    int old = choice[node];
    if (old == strategy) {
      return;
    }
    for (Core.Usage piece : core.pieces()[node]) {
      double change = piece.amount()[strategy] - piece.amount()[old];
      if (change != 0) {
        for (int r = piece.from(); r < piece.to(); r++) {
          usage[r] += change;
        }
      }
    }
    choice[node] = strategy;
  }

  /** Usage above the slack, over all rows. */
  double overflow() {
    double over = 0;
    for (int r = 0; r < usage.length; r++) {
      over += Math.max(0, usage[r] - core.slack()[r]);
    }
    return over;
  }

  /** The row that is exceeded most; -1 if every row holds. */
  int worstRow() {
    int worst = -1;
    double most = 0;
    for (int r = 0; r < usage.length; r++) {
      double over = usage[r] - core.slack()[r];
      if (over > most) {
        most = over;
        worst = r;
      }
    }
    return worst;
  }

  void copyFrom(int[] other) {
    for (int v = 0; v < choice.length; v++) {
      set(v, other[v]);
    }
  }
}
