package autopar.solver.anytime;

import autopar.solver.bound.DualBound;
import autopar.solver.bound.PriceSearch;
import autopar.solver.exact.ExactSearch;
import autopar.solver.exact.Incumbent;
import autopar.solver.reduce.Core;

/** Raises the bound, and proves the best choice optimal where the core is small enough. */
final class Prover {
  private static final double QUANTUM = 1.0 / 1024;

  /** With this many strategies left or more, no tree is begun. */
  private static final int LARGE = 30_000;

  /** A bound of a large core that rises by a smaller part in a tenth of the time rests a while. */
  private static final double HARDLY = 3e-4;

  /** Seconds after which it is asked at the earliest whether the bound rises. */
  private static final double SHORTEST_TURN = 2;

  private final Core core;
  private final Incumbent incumbent;
  private final Progress progress;
  private final DualBound dual;
  private final PriceSearch search;
  private final boolean large;
  private double nextGuide = 0.5;

  Prover(Core core, Incumbent incumbent, Progress progress) {
    this.core = core;
    this.incumbent = incumbent;
    this.progress = progress;
    dual = new DualBound(core, QUANTUM);
    search = new PriceSearch(core, dual);
    large = core.strategyCount() > LARGE;
  }

  /**
   * Proves until the time is over or the proof is complete. The bound of a large core is raised as
   * long as it rises well; called again, it goes on from there.
   */
  void run(Clock clock) {
    boolean proven =
        large ? raiseWhileItPays(clock) : raise(clock, Math.min(0.05 * clock.total(), 4));
    if (!proven && !large && !clock.isOver()) {
      progress.setGuide(guide(search));
      ExactSearch exact = new ExactSearch(incumbent, clock::isOver);
      proven = exact.search(core, choice -> choice);
    }
    if (proven) {
      progress.complete();
    }
  }

  private boolean raiseWhileItPays(Clock clock) {
    boolean proven = false;
    boolean pays = true;
    while (!clock.isOver() && !proven && pays) {
      double before = search.best();
      double turn = Math.max(SHORTEST_TURN, 0.1 * clock.elapsed());
      proven = raise(clock, clock.elapsed() + turn);
      pays = search.best() - before > HARDLY * Math.abs(search.best());
    }
    progress.setGuide(guide(search));
    return proven;
  }

  /** Raises the bound until so many seconds are over; whether it proves the best choice then. */
  private boolean raise(Clock clock, double seconds) {
    boolean proven = false;
    while (!clock.isOver() && !proven && clock.elapsed() < seconds) {
      dual.setCutoff(incumbent.cost() - 0.75);
      double before = search.best();
      search.round(search.near(incumbent.cost()), 4);
      if (search.best() > before) {
        progress.keep(dual, search.bestPrices());
      }
      progress.raise(search.best());
      int[] rounded = search.rounded();
      double cost = core.cost(rounded);
      if (cost < incumbent.cost() && core.fits(rounded)) {
        incumbent.offer(rounded, cost);
      }
      proven = search.best() > incumbent.cost() - 0.75;
      if (clock.elapsed() > nextGuide || proven) {
        progress.setGuide(guide(search));
        nextGuide = 1.3 * clock.elapsed();
      }
    }
    return proven;
  }

  private static Progress.Guide guide(PriceSearch search) {
    int[] rounded = search.roundedAtBest();
    return new Progress.Guide(search.best(), search.bestPrices().clone(), rounded);
  }
}
