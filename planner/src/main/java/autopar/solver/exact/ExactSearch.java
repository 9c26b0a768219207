package autopar.solver.exact;

import autopar.solver.bound.DualBound;
import autopar.solver.bound.PriceSearch;
import autopar.solver.elimination.ClampedElimination;
import autopar.solver.reduce.Core;
import autopar.solver.reduce.Reduced;
import autopar.solver.reduce.Reducer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Branch and bound on a core, depth first.
 *
 * <p>At every node of the tree the dual bound is raised for as long as that pays, strategies and
 * cells that only dearer choices have are ruled out by their reduced costs, and the reductions run
 * on what is left, so that a subtree is a smaller core of its own. A core without time rows whose
 * tables fit is finished by elimination. What remains branches on the strategies of one node.
 *
 * <p>Costs are whole, so a subtree is done when its bound exceeds the best cost less one; a quarter
 * is left for the rounding of prices.
 */
public final class ExactSearch {
  private static final double ROUNDING = 0.25;
  private static final double QUANTUM = 1.0 / 1024;
  private static final int MAX_TABLE = 1 << 20;

  private final Incumbent incumbent;
  private final BooleanSupplier stop;
  private final ClampedElimination elimination = new ClampedElimination(MAX_TABLE, 1 << 22);
  private long visited;

  public ExactSearch(Incumbent incumbent, BooleanSupplier stop) {
    this.incumbent = incumbent;
    this.stop = stop;
  }

  /** The number of nodes of the tree that were visited. */
  public long visited() {
    return visited;
  }

  /**
   * Searches all of {@code core}.
   *
   * @param expand from a choice of the core to one that the incumbent takes
   * @return whether the search was completed: no choice is cheaper than the incumbent then
   */
  public boolean search(Core core, UnaryOperator<int[]> expand) {
    return explore(core, expand, new int[0], new double[0], 0);
  }

  private double cutoff() {
    return incumbent.cost() - 1 + ROUNDING;
  }

  private boolean explore(
      Core core, UnaryOperator<int[]> expand, int[] rowTimes, double[] prices, int depth) {
    visited++;
    if (stop.getAsBoolean()) {
      return false;
    }
    Reduced reduced = Reducer.reduce(core, stop);
    if (!(reduced instanceof Reduced.ToCore smaller)) {
      return true;
    }
    Core here = smaller.core();
    UnaryOperator<int[]> back = choice -> expand.apply(smaller.expand(choice));
    if (here.constant() > cutoff()) {
      return true;
    }
    if (here.nodeCount() == 0) {
      incumbent.offer(back.apply(new int[0]), here.constant());
      return true;
    }
    if (here.rowCount() == 0 && eliminated(here, back)) {
      return true;
    }
    DualBound dual = new DualBound(here, QUANTUM);
    PriceSearch search = new PriceSearch(here, dual);
    search.startFrom(rowTimes, prices);
    int strategies = Arrays.stream(here.unary()).mapToInt(costs -> costs.length).sum();
    int rounds = depth == 0 ? 200 : 12;
    double before = Double.NEGATIVE_INFINITY;
    for (int round = 0; round < rounds && !stop.getAsBoolean(); round++) {
      dual.setCutoff(cutoff());
      search.round(search.near(incumbent.cost()), depth == 0 ? 4 : 2);
      offer(here, back, search.rounded());
      if (search.best() > cutoff()) {
        return true;
      }
      if (dual.ruledOutCount() > strategies / 8 + 2) {
        break;
      }
      if (round % 4 == 3) {
        double remaining = cutoff() - search.best();
        if (search.best() - before < remaining * 0.02 && depth > 0) {
          break;
        }
        before = search.best();
      }
    }
    search.returnToBest();
    if (dual.bound() > cutoff()) {
      return true;
    }
    if (dual.ruledOutCount() > strategies / 20 + 1) {
      return explore(dual.moved(), back, here.rowTimes(), search.bestPrices(), depth);
    }
    return branch(here, back, dual, search, depth);
  }

  private boolean eliminated(Core core, UnaryOperator<int[]> back) {
    int n = core.nodeCount();
    int edges = core.edgeCount();
    int[] sizes = new int[n];
    double[][] unary = new double[n][];
    for (int v = 0; v < n; v++) {
      sizes[v] = core.size(v);
      unary[v] = core.unary()[v].clone();
    }
    int[] a = new int[edges];
    int[] b = new int[edges];
    for (int e = 0; e < edges; e++) {
      a[e] = core.ends()[e][0];
      b[e] = core.ends()[e][1];
    }
    int[] choice = new int[n];
    int clamped =
        elimination.solve(n, sizes, unary, edges, a, b, core.tables(), new double[n], choice);
    if (clamped > 0) {
      return false;
    }
    offer(core, back, choice);
    return true;
  }

  private void offer(Core core, UnaryOperator<int[]> back, int[] choice) {
    double cost = core.cost(choice);
    if (cost < incumbent.cost() && core.fits(choice)) {
      incumbent.offer(back.apply(choice), Math.rint(cost));
    }
  }

  private boolean branch(
      Core core, UnaryOperator<int[]> back, DualBound dual, PriceSearch search, int depth) {
    int v = Branching.node(core, dual, search.rounded());
    Core moved = dual.moved();
    double[] costs = dual.reduced(v);
    Integer[] order = new Integer[core.size(v)];
    for (int s = 0; s < order.length; s++) {
      order[s] = s;
    }
    Arrays.sort(order, Comparator.comparingDouble(s -> costs[s]));
    boolean complete = true;
    for (int s : order) {
      if (moved.unary()[v][s] == Double.POSITIVE_INFINITY) {
        continue;
      }
      Core child = withOnly(moved, v, s);
      complete &= explore(child, back, core.rowTimes(), search.bestPrices(), depth + 1);
      if (stop.getAsBoolean()) {
        return false;
      }
    }
    return complete;
  }

  private static Core withOnly(Core core, int v, int strategy) {
    double[][] unary = core.unary().clone();
    unary[v] = new double[core.size(v)];
    Arrays.fill(unary[v], Double.POSITIVE_INFINITY);
    unary[v][strategy] = core.unary()[v][strategy];
    return new Core(
        core.constant(),
        unary,
        core.ends(),
        core.tables(),
        core.pieces(),
        core.slack(),
        core.rowTimes());
  }
}
