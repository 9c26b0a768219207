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

  private final Core core;
  private final Incumbent incumbent;
  private final Progress progress;

  Prover(Core core, Incumbent incumbent, Progress progress) {
    this.core = core;
    this.incumbent = incumbent;
    this.progress = progress;
  }

  void run(Clock clock) {
    DualBound dual = new DualBound(core, QUANTUM);
    PriceSearch search = new PriceSearch(core, dual);
    int strategies = 0;
    for (double[] costs : core.unary()) {
      strategies += costs.length;
    }
    boolean large = strategies > LARGE;
    double goodFor = large ? clock.total() : Math.min(0.05 * clock.total(), 4);
    double nextGuide = 0.5;
    boolean proven = false;
    while (!clock.isOver() && !proven && clock.elapsed() < goodFor) {
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
    if (!proven && !clock.isOver()) {
      progress.setGuide(guide(search));
      ExactSearch exact = new ExactSearch(incumbent, clock::isOver);
      proven = exact.search(core, choice -> choice);
    }
    if (proven) {
      progress.complete();
    }
  }

  private static Progress.Guide guide(PriceSearch search) {
    int[] rounded = search.roundedAtBest();
    return new Progress.Guide(search.best(), search.bestPrices().clone(), rounded);
  }
}
