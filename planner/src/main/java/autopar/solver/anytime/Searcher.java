package autopar.solver.anytime;

import autopar.solver.exact.Incumbent;
import autopar.solver.reduce.Core;
import autopar.solver.search.Improver;
import autopar.solver.search.PricedSearch;

/**
 * Looks for better choices: neighbourhoods around the best one, and from time to time a fresh start
 * from the choice that is best when usage costs what the prover's prices say.
 */
final class Searcher {
  /** How long after the end a first choice may still be looked for. */
  private static final double GRACE_SECONDS = 1;

  /** After this part of the time nothing is begun anew. */
  private static final double LAST_START = 0.4;

  /** A part of a start that takes so long is worth its while on large cores. */
  private static final double ENOUGH = 1.5;

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
    double nextStart = 0.5;
    double mine = offer(improver);
    int starts = 0;
    while (!isOver(clock, incumbent.cost() < Double.POSITIVE_INFINITY ? 0 : GRACE_SECONDS)) {
      Progress.Guide guide = progress.guide();
      boolean mayStart = clock.elapsed() < LAST_START * clock.total();
      if (guide != null && mayStart && clock.elapsed() > nextStart) {
        Improver other = fromPrices(guide, clock, starts++);
        if (other != null && other.cost() < improver.cost()) {
          improver = other;
          mine = offer(improver);
        }
        nextStart = 1.6 * clock.elapsed();
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

  /**
   * A search that begins near the choice that is best under prices; null if no choice that respects
   * the limit was found. The first one starts from the rounded choice, later ones by turns from it
   * and from the best choice known.
   */
  private Improver fromPrices(Progress.Guide guide, Clock clock, int starts) {
    double allowed = allowed(clock, starts);
    int[] known = starts % 2 == 1 ? incumbent.choice() : null;
    int[] start = known == null ? guide.rounded() : known;
    long itsSeed = seed + 31L * (starts + 1);
    PricedSearch priced = new PricedSearch(core, guide.prices(), start, itsSeed);
    double settled = clock.elapsed() + allowed;
    priced.settle(() -> isPast(clock, settled));
    double fitted = settled + 2 * allowed;
    double length = fitted - settled;
    boolean fits =
        priced.fit(0.05, () -> (clock.elapsed() - settled) / length, () -> isPast(clock, fitted));
    Improver found = new Improver(core, priced.choice(), itsSeed);
    double repaired = clock.elapsed() + 0.5 * allowed;
    if (!fits && !found.repair(largest(guide.prices()), () -> isPast(clock, repaired))) {
      return null;
    }
    offer(found);
    double polished = clock.elapsed() + allowed;
    found.run(() -> isPast(clock, polished));
    offer(found);
    return found;
  }

  /** Seconds of one of the parts of a start; those of a later one are never very short. */
  private static double allowed(Clock clock, int starts) {
    double left = clock.total() - clock.elapsed();
    double least = starts == 0 ? 0.5 : Math.max(0.5, Math.min(ENOUGH, 0.15 * left));
    return Math.max(least, 0.2 * clock.elapsed());
  }

  private double offer(Improver improver) {
    double cost = improver.cost();
    if (cost < incumbent.cost()) {
      incumbent.offer(improver.choice(), cost);
    }
    return cost;
  }

  private boolean isOver(Clock clock, double grace) {
    return progress.isComplete() || clock.elapsed() > clock.total() + grace;
  }

  private boolean isPast(Clock clock, double seconds) {
    return clock.isOver() || progress.isComplete() || clock.elapsed() > seconds;
  }

  private static double largest(double[] prices) {
    double most = 1e-6;
    for (double price : prices) {
      most = Math.max(most, price);
    }
    return most;
  }
}
