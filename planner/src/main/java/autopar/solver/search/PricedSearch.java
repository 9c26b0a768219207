package autopar.solver.search;

import autopar.solver.reduce.Core;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;

/**
 * From prices to a choice that fits: neighbourhoods on the core without rows, its usage paid for
 * instead, while the prices of exceeded rows rise little by little.
 *
 * <p>A price changes the choice where that is cheapest, so that little of the quality of the free
 * optimum is lost; a repair that takes usage away row by row loses far more.
 */
public final class PricedSearch {
  private static final double NEVER = 1e14;
  private static final int PEAKS = 8;
  private static final int BLOCKS = 10;

  /** The excess is to be gone after this part of the time. */
  private static final double DUE = 0.8;

  private final Core core;
  private final double[] price;
  private final double[][] unary;
  private final Improver free;
  private final Random random;
  private final int[][] usersOf;
  private double largestPrice;

  /**
   * @param prices per row, not negative
   * @param start any choice, such as one rounded from messages
   */
  public PricedSearch(Core core, double[] prices, int[] start, long seed) {
    this.core = core;
    price = new double[core.rowCount()];
    random = new Random(seed);
    int n = core.nodeCount();
    unary = new double[n][];
    Core.Usage[][] none = new Core.Usage[n][0];
    for (int v = 0; v < n; v++) {
      unary[v] = core.unary()[v].clone();
    }
    Core priced =
        new Core(
            core.constant(), unary, core.ends(), core.tables(), none, new double[0], new int[0]);
    free = new Improver(priced, start, seed);
    usersOf = new int[core.rowCount()][];
    for (double p : prices) {
      largestPrice = Math.max(largestPrice, p);
    }
    addPrices(prices);
  }

  /**
   * Lowers cost plus paid usage until {@code stop}.
   *
   * @param visits how often each node is at most in a block, on average
   */
  public void settle(double visits, BooleanSupplier stop) {
    double most = visits * core.nodeCount();
    free.run(() -> free.visits() >= most || stop.getAsBoolean());
  }

  /** The present choice; it may exceed the limit. */
  public int[] choice() {
    return free.choice();
  }

  /**
   * Raises prices of exceeded rows until every row holds or {@code stop}. The rise of a round grows
   * when the last ones did not help, and faster when less of the excess is gone than of the time.
   *
   * @param share by how much of the largest price the first round raises the row exceeded most
   * @param spent the part of the time that is spent
   * @return whether every row holds
   */
  public boolean fit(double share, DoubleSupplier spent, BooleanSupplier stop) {
    double[] excess = new double[core.rowCount()];
    double rise = share * (largestPrice > 0 ? largestPrice : firstPrice());
    double least = Double.POSITIVE_INFINITY;
    double first = 0;
    while (!stop.getAsBoolean()) {
      core.usage(free.choice(), excess);
      for (int r = 0; r < excess.length; r++) {
        excess[r] -= core.slack()[r];
      }
      int[] peaks = worstPeaks(excess);
      if (peaks.length == 0) {
        return true;
      }
      double worst = excess[peaks[0]];
      first = Math.max(first, worst);
      if (worst > first * (1 - spent.getAsDouble() / DUE)) {
        rise *= 1.3;
      } else if (worst >= 0.98 * least) {
        rise *= 1.15;
      }
      least = Math.min(least, worst);
      double[] change = new double[excess.length];
      for (int row : peaks) {
        change[row] = rise * Math.max(0.1, excess[row] / worst);
      }
      addPrices(change);
      for (int row : peaks) {
        solveAlong(row, stop);
      }
    }
    return false;
  }

  /** The rows exceeded more than their neighbours, the worst first, a few of them. */
  private static int[] worstPeaks(double[] excess) {
    List<Integer> peaks = new ArrayList<>();
    for (int r = 0; r < excess.length; r++) {
      if (excess[r] > 0 && isPeak(excess, r)) {
        peaks.add(r);
      }
    }
    peaks.sort(Comparator.comparingDouble(r -> -excess[r]));
    return peaks.stream().mapToInt(Integer::intValue).limit(PEAKS).toArray();
  }

  private void solveAlong(int row, BooleanSupplier stop) {
    int[] users = users(row);
    for (int i = 0; i < BLOCKS && users.length > 0 && !stop.getAsBoolean(); i++) {
      free.stepAround(users[random.nextInt(users.length)]);
    }
  }

  private static boolean isPeak(double[] excess, int r) {
    boolean left = r == 0 || excess[r] > excess[r - 1];
    boolean right = r + 1 == excess.length || excess[r] >= excess[r + 1];
    return left && right;
  }

  /** What a unit of usage costs if all of a tenth of the cost were paid for the fullest row. */
  private double firstPrice() {
    double most = 1;
    for (double slack : core.slack()) {
      most = Math.max(most, slack);
    }
    return Math.min(free.cost(), NEVER) * 0.01 / most;
  }

  private int[] users(int row) {
    if (usersOf[row] == null) {
      int[] found = new int[core.nodeCount()];
      int count = 0;
      for (int v = 0; v < found.length; v++) {
        for (Core.Usage piece : core.pieces()[v]) {
          if (piece.from() <= row && row < piece.to()) {
            found[count++] = v;
          }
        }
      }
      usersOf[row] = Arrays.copyOf(found, count);
    }
    return usersOf[row];
  }

  private void addPrices(double[] change) {
    double[] sums = new double[change.length + 1];
    for (int r = 0; r < change.length; r++) {
      price[r] += change[r];
      sums[r + 1] = sums[r] + change[r];
    }
    for (int v = 0; v < unary.length; v++) {
      for (Core.Usage piece : core.pieces()[v]) {
        double sum = sums[piece.to()] - sums[piece.from()];
        for (int s = 0; s < unary[v].length && sum != 0; s++) {
          unary[v][s] += sum * piece.amount()[s];
        }
      }
    }
  }
}
