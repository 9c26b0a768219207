package autopar.solver.anytime;

import autopar.solver.bound.DualBound;
import autopar.solver.bound.PriceSearch;
import autopar.solver.certificate.ProofState;
import autopar.solver.certificate.ProofStep;
import autopar.solver.exact.Branching;
import autopar.solver.reduce.Reducer;
import java.util.function.Consumer;

/**
 * Branch and bound once more, with the best cost known, written down step by step.
 *
 * <p>What the proof says is what is searched: every core is read off the state of the proof, and
 * every step is taken there.
 */
final class ProofSearch {
  private static final double ROUNDING = 0.25;
  private static final double QUANTUM = 1.0 / (1L << ProofState.COST_BITS);

  /** Tables of the last elimination have at most so many cells. */
  private static final int MAX_TABLE = 1 << 22;

  private final double bound;
  private final Consumer<ProofStep> proof;
  private final Clock clock;

  /**
   * @param bound what every choice is to be proved to cost at least
   * @param proof takes the steps
   */
  ProofSearch(long bound, Consumer<ProofStep> proof, Clock clock) {
    this.bound = bound;
    this.proof = proof;
    this.clock = clock;
  }

  /** Whether the state was closed within the time; the bound is not true otherwise, or too hard. */
  boolean prove(ProofState state) {
    return state.isClosed() || prove(state, new int[0], new double[0], 0);
  }

  private boolean prove(ProofState state, int[] rowTimes, double[] prices, int depth) {
    double[] itsPrices = prices;
    int[] itsTimes = rowTimes;
    while (!clock.isOver()) {
      ProofCore before = ProofCore.of(state);
      Reducer.reduce(before.core(), clock::isOver, new StepJournal(state, before, proof));
      if (state.isClosed()) {
        return true;
      }
      if (state.canFinish(MAX_TABLE)) {
        ProofStep finish = new ProofStep.Finish();
        state.apply(finish);
        proof.accept(finish);
        return state.isClosed();
      }
      ProofCore here = ProofCore.of(state);
      DualBound dual = new DualBound(here.core(), QUANTUM);
      PriceSearch search = new PriceSearch(here.core(), dual);
      search.startFrom(itsTimes, itsPrices);
      raise(dual, search, here.core().strategyCount(), depth);
      ProofStep.Weigh weigh = here.weigh(DualPoint.of(dual, dual.prices()));
      state.apply(weigh);
      proof.accept(weigh);
      if (state.isClosed()) {
        return true;
      }
      itsTimes = here.core().rowTimes();
      itsPrices = search.bestPrices();
      if (here.core().nodeCount() == 0) {
        return false;
      }
      if (strategies(state) > 0.95 * here.core().strategyCount() - 1) {
        int node = here.nodes()[Branching.node(here.core(), dual, search.rounded())];
        return branch(state, node, itsTimes, itsPrices, depth);
      }
    }
    return false;
  }

  /** Raises the bound as long as that pays; the messages and prices are the best ones then. */
  private void raise(DualBound dual, PriceSearch search, int strategies, int depth) {
    double cutoff = bound - 1 + ROUNDING;
    int rounds = depth == 0 ? 200 : 12;
    double before = Double.NEGATIVE_INFINITY;
    dual.setCutoff(cutoff);
    for (int round = 0; round < rounds && !clock.isOver(); round++) {
      search.round(search.near(bound), depth == 0 ? 4 : 2);
      if (search.best() > cutoff || dual.ruledOutCount() > strategies / 8 + 2) {
        break;
      }
      if (round % 4 == 3) {
        if (depth > 0 && search.best() - before < (cutoff - search.best()) * 0.02) {
          break;
        }
        before = search.best();
      }
    }
    search.returnToBest();
  }

  private boolean branch(ProofState state, int node, int[] rowTimes, double[] prices, int depth) {
    proof.accept(new ProofStep.Branch(node));
    int cases = state.node(node).strategies().length;
    for (int i = 0; i < cases; i++) {
      ProofState only = state.only(node, i);
      if (!only.isClosed() && !prove(only, rowTimes, prices, depth + 1)) {
        return false;
      }
    }
    return true;
  }

  private static int strategies(ProofState state) {
    int sum = 0;
    for (int v : state.nodesLeft()) {
      sum += state.node(v).strategies().length;
    }
    return sum;
  }
}
