package autopar.solver.bound;

import autopar.solver.reduce.Core;

/**
 * Raises a dual bound: sweeps of messages, and between them steps of the prices along the usage
 * that the rounded choice has beyond the limit.
 *
 * <p>Subgradient steps of Polyak's length towards a known cost (Polyak, "Minimization of unsmooth
 * functionals", 1969), on the peak row of every run of rows that move together. The step shrinks
 * when the bound does not rise.
 */
public final class PriceSearch {
  /** Below this, steps begin anew from the best prices. */
  private static final double SMALL_STEP = 0.003;

  private final Core core;
  private final DualBound dual;
  private final int[] rounded;
  private final double[] usage;
  private final double[] change;
  private double step = 1;
  private double best = Double.NEGATIVE_INFINITY;
  private double[] bestPrices;
  private int sinceBest;

  public PriceSearch(Core core, DualBound dual) {
    this.core = core;
    this.dual = dual;
    rounded = new int[core.nodeCount()];
    usage = new double[core.rowCount()];
    change = new double[core.rowCount()];
    bestPrices = new double[core.rowCount()];
  }

  /** Begins from prices by time of the row, as far as the core has those rows. */
  public void startFrom(int[] rowTimes, double[] prices) {
    for (int r = 0, from = 0; r < change.length; r++) {
      while (from < rowTimes.length && rowTimes[from] < core.rowTimes()[r]) {
        from++;
      }
      boolean same = from < rowTimes.length && rowTimes[from] == core.rowTimes()[r];
      change[r] = same ? prices[from] - dual.prices()[r] : 0;
    }
    dual.addPrices(change);
  }

  /** The prices of the best bound. */
  public double[] bestPrices() {
    return bestPrices;
  }

  /** The choice rounded last; it may be forbidden or not fit. */
  public int[] rounded() {
    return rounded;
  }

  /** The best bound so far. */
  public double best() {
    return best;
  }

  /** A cost to step towards: the known one, but not far beyond the bound. */
  public double near(double known) {
    double bound = dual.bound();
    return Math.min(known, bound + 0.1 * Math.abs(bound) + 1);
  }

  /**
   * Some sweeps and one step of the prices.
   *
   * @param target a cost known to be reachable, or a guess
   */
  public void round(double target, int sweepsPerStep) {
    for (int i = 0; i < sweepsPerStep; i++) {
      dual.iterate();
    }
    double bound = dual.bound();
    if (bound > best + 1e-9 * Math.abs(best) || best == Double.NEGATIVE_INFINITY) {
      best = bound;
      bestPrices = dual.prices().clone();
      sinceBest = 0;
    } else if (++sinceBest > 8) {
      step *= 0.7;
      sinceBest = 0;
      if (step < SMALL_STEP) {
        returnToBest();
        step = 0.3;
      }
    }
    dual.round(rounded);
    movePrices(target, bound);
  }

  /** Goes back to the prices of the best bound. */
  public void returnToBest() {
    for (int r = 0; r < change.length; r++) {
      change[r] = bestPrices[r] - dual.prices()[r];
    }
    dual.addPrices(change);
  }

  /**
   * A choice rounded from messages that belong to the best prices: what is rounded after a step of
   * the prices pays other prices than it is taken for. The search goes on from where it was.
   */
  public int[] roundedAtBest() {
    double[] now = dual.prices().clone();
    returnToBest();
    dual.iterate();
    dual.iterate();
    int[] choice = new int[rounded.length];
    dual.round(choice);
    for (int r = 0; r < change.length; r++) {
      change[r] = now[r] - dual.prices()[r];
    }
    dual.addPrices(change);
    return choice;
  }

  private void movePrices(double target, double bound) {
    if (usage.length == 0) {
      return;
    }
    core.usage(rounded, usage);
    double square = 0;
    for (int r = 0; r < usage.length; r++) {
      double excess = usage[r] - core.slack()[r];
      boolean peak = excess > 0 && isPeak(r);
      change[r] = peak || dual.prices()[r] > 0 ? excess : 0;
      square += change[r] * change[r];
    }
    if (square == 0) {
      return;
    }
    double length = step * Math.max(target - bound, 1e-6 * Math.abs(target)) / square;
    for (int r = 0; r < change.length; r++) {
      double now = dual.prices()[r];
      double next = Math.max(0, now + length * change[r]);
      change[r] = coarse(next) - now;
    }
    dual.addPrices(change);
  }

  private boolean isPeak(int r) {
    double own = usage[r] - core.slack()[r];
    boolean left = r == 0 || own > usage[r - 1] - core.slack()[r - 1];
    boolean right = r + 1 == usage.length || own >= usage[r + 1] - core.slack()[r + 1];
    return left && right;
  }

  /** Few bits, so that a price times a usage stays exact. */
  private static double coarse(double value) {
    return (float) value;
  }
}
