package autopar.solver.anytime;

import autopar.solver.exact.Incumbent;
import autopar.solver.reduce.Core;
import autopar.solver.search.GainRates;
import autopar.solver.search.Improver;
import autopar.solver.search.PricedSearch;
import java.util.Arrays;
import java.util.Random;

/**
 * Looks for better choices: neighbourhoods around the best one, and new starts near choices that
 * are best when usage costs what the prover's prices say.
 *
 * <p>Neighbourhoods of a choice that fills its rows gain nothing soon: a block that becomes cheaper
 * needs usage that far away ones hold. A start lets usage exceed the limit at a price and takes it
 * back where that costs least, which moves it across the whole core. So starts and neighbourhoods
 * go on by turns, as much as they gain.
 */
final class Searcher {
  /** How long after the end a first choice may still be looked for. */
  private static final double GRACE_SECONDS = 1;

  /** Seconds of a turn of neighbourhoods. */
  private static final double POLISH = 0.5;

  /**
   * The time to find one's way to a choice that fits, and the time left that is too short for it.
   */
  private static final double SHORTEST = 0.5;

  /** How often a node is solved while a start settles, at least. */
  private static final double SETTLING = 16;

  /** A start that gained nothing has settled too little: the next one settles longer. */
  private static final double LONGER = 1.5;

  /** Prices of a start are those of the prover times up to e to this power, or one over it. */
  private static final double SPREAD = 0.3;

  /** A start settles for this part of the time that is left at most. */
  private static final double SETTLING_SHARE = 0.15;

  private static final double MEMORY = 0.5;

  private enum Turn {
    POLISH,
    START_FROM_BEST,
    START_FROM_ROUNDED
  }

  private static final Turn[] TURNS = Turn.values();

  private final Core core;
  private final Incumbent incumbent;
  private final Progress progress;
  private final long seed;
  private final Random random;
  private final GainRates rates;
  private final double[] settling = new double[TURNS.length];
  private Improver improver;
  private double mine;
  private int starts;

  Searcher(Core core, Incumbent incumbent, Progress progress, long seed) {
    this.core = core;
    this.incumbent = incumbent;
    this.progress = progress;
    this.seed = seed;
    random = new Random(seed);
    rates = new GainRates(random, TURNS.length, MEMORY);
    Arrays.fill(settling, SETTLING);
  }

  /**
   * Searches until the time is over or the proof complete; goes on where it was when called again.
   */
  void run(Clock clock) {
    if (improver == null) {
      int[] known = incumbent.choice();
      improver = new Improver(core, known == null ? Improver.frugalChoice(core) : known, seed);
      mine = offer(improver);
    }
    while (!isOver(clock)) {
      if (incumbent.cost() < mine) {
        improver.restart(incumbent.choice());
        mine = incumbent.cost();
      }
      Progress.Guide guide = progress.guide();
      double from = clock.elapsed();
      if (guide == null || from < SHORTEST || clock.total() - from < 2 * SHORTEST) {
        polish(clock);
      } else {
        int turn = starts == 0 ? Turn.START_FROM_ROUNDED.ordinal() : rates.draw();
        double before = mine;
        take(TURNS[turn], guide, clock);
        double gained = before == Double.POSITIVE_INFINITY ? 0 : (before - mine) / before;
        rates.learn(turn, gained, clock.elapsed() - from);
      }
    }
  }

  private void take(Turn turn, Progress.Guide guide, Clock clock) {
    switch (turn) {
      case POLISH -> polish(clock);
      case START_FROM_BEST -> {
        int[] best = incumbent.choice();
        start(turn, guide, best == null ? guide.rounded() : best, clock);
      }
      case START_FROM_ROUNDED -> start(turn, guide, guide.rounded(), clock);
    }
  }

  private void polish(Clock clock) {
    double end = clock.elapsed() + POLISH;
    do {
      double gain = improver.step();
      if (gain > 0 || mine == Double.POSITIVE_INFINITY) {
        mine = offer(improver);
      }
    } while (!isOver(clock) && clock.elapsed() < end);
  }

  /** Begins near the choice that is best under prices, and goes on from there if that is better. */
  private void start(Turn turn, Progress.Guide guide, int[] from, Clock clock) {
    double factor = starts == 0 ? 1 : Math.exp(SPREAD * (2 * random.nextDouble() - 1));
    double[] prices = Arrays.stream(guide.prices()).map(price -> price * factor).toArray();
    double visits = starts == 0 ? Double.POSITIVE_INFINITY : settling[turn.ordinal()];
    Improver found = fromPrices(prices, from, visits, clock);
    starts++;
    if (found != null && found.cost() < mine) {
      improver = found;
      mine = offer(improver);
      settling[turn.ordinal()] = Math.max(SETTLING, settling[turn.ordinal()] / LONGER);
    } else {
      settling[turn.ordinal()] *= LONGER;
    }
  }

  /** Null if no choice that respects the limit was found. */
  private Improver fromPrices(double[] prices, int[] from, double visits, Clock clock) {
    long itsSeed = seed + 31L * (starts + 1);
    PricedSearch priced = new PricedSearch(core, prices, from, itsSeed);
    double began = clock.elapsed();
    double most =
        Math.max(SHORTEST, starts == 0 ? 0.2 * began : SETTLING_SHARE * (clock.total() - began));
    priced.settle(visits, () -> isPast(clock, began + most));
    double settled = clock.elapsed();
    double allowed = Math.max(settled - began, 1e-3);
    double fitted = settled + 2 * allowed;
    boolean fits =
        priced.fit(
            0.05, () -> (clock.elapsed() - settled) / (2 * allowed), () -> isPast(clock, fitted));
    Improver found = new Improver(core, priced.choice(), itsSeed);
    double repaired = clock.elapsed() + 0.5 * allowed;
    if (!fits && !found.repair(largest(prices), () -> isPast(clock, repaired))) {
      return null;
    }
    offer(found);
    double polished = clock.elapsed() + allowed;
    found.run(() -> isPast(clock, polished));
    return found;
  }

  private double offer(Improver improver) {
    double cost = improver.cost();
    if (cost < incumbent.cost()) {
      incumbent.offer(improver.choice(), cost);
    }
    return cost;
  }

  private boolean isOver(Clock clock) {
    double grace = incumbent.cost() < Double.POSITIVE_INFINITY ? 0 : GRACE_SECONDS;
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
