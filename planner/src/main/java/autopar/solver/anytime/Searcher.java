package autopar.solver.anytime;

import autopar.solver.exact.Incumbent;
import autopar.solver.reduce.Core;
import autopar.solver.search.Improver;

/**
 * Looks for better choices: neighbourhoods around the best one, and from time to time a fresh start
 * from the choice that is best when usage costs what the prover's prices say.
 */
final class Searcher {
  private final Core core;
  private final Incumbent incumbent;
  private final Progress progress;
  private final long seed;

  Searcher(Core core, Incumbent incumbent, Progress progress, long seed) {
    this.core = core;
    this.incumbent = incumbent;
    this.progress = progress;
    this.seed = seed;
  }

  void run(Clock clock) {
    Improver improver = new Improver(core, Improver.frugalChoice(core), seed);
    double nextStart = 1;
    double mine = Double.POSITIVE_INFINITY;
    int starts = 0;
    while (!clock.isOver() && !progress.isComplete()) {
      Progress.Guide guide = progress.guide();
      if (guide != null && clock.elapsed() > nextStart) {
        double allowed = Math.max(0.5, 0.1 * clock.elapsed());
        int[] priced = fromPrices(guide, clock, allowed, seed + ++starts);
        if (priced != null) {
          Improver other = new Improver(core, priced, seed + 31 * starts);
          double until = clock.elapsed() + allowed;
          other.run(() -> clock.isOver() || progress.isComplete() || clock.elapsed() > until);
          offer(other);
          if (other.cost() < improver.cost()) {
            improver = other;
          }
        }
        nextStart = 2 * clock.elapsed();
      }
      double gain = improver.step();
      if (gain > 0 || mine == Double.POSITIVE_INFINITY) {
        mine = offer(improver);
      } else if (incumbent.cost() < mine) {
        improver.restart(incumbent.choice());
        mine = incumbent.cost();
      }
    }
  }

  private double offer(Improver improver) {
    double cost = improver.cost();
    if (cost < incumbent.cost()) {
      incumbent.offer(improver.choice(), cost);
    }
    return cost;
  }

  /** A choice that is good under prices, repaired to respect the limit; null if that failed. */
  private int[] fromPrices(Progress.Guide guide, Clock clock, double allowed, long itsSeed) {
    Core free = priced(core, guide.prices());
    Improver relaxed = new Improver(free, guide.rounded(), itsSeed);
    double until = clock.elapsed() + allowed;
    relaxed.run(() -> clock.isOver() || progress.isComplete() || clock.elapsed() > until);
    Improver repaired = new Improver(core, relaxed.choice(), itsSeed);
    double most = 0;
    for (double price : guide.prices()) {
      most = Math.max(most, price);
    }
    double end = clock.elapsed() + 2 * allowed;
    boolean fits =
        repaired.repair(
            Math.max(most, 1e-6),
            () -> clock.isOver() || progress.isComplete() || clock.elapsed() > end);
    return fits ? repaired.choice() : null;
  }

  /** The core without rows, its usage paid for instead. */
  private static Core priced(Core core, double[] prices) {
    double[] sums = new double[prices.length + 1];
    for (int r = 0; r < prices.length; r++) {
      sums[r + 1] = sums[r] + prices[r];
    }
    int n = core.nodeCount();
    double[][] unary = new double[n][];
    Core.Usage[][] none = new Core.Usage[n][0];
    for (int v = 0; v < n; v++) {
      unary[v] = core.unary()[v].clone();
      for (Core.Usage piece : core.pieces()[v]) {
        double sum = sums[piece.to()] - sums[piece.from()];
        for (int s = 0; s < unary[v].length; s++) {
          unary[v][s] += sum * piece.amount()[s];
        }
      }
    }
    return new Core(
        core.constant(), unary, core.ends(), core.tables(), none, new double[0], new int[0]);
  }
}
