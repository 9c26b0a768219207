package autopar.solver.anytime;

import autopar.solver.IntraOpProblem;
import autopar.solver.bound.DualBound;
import autopar.solver.bound.PriceSearch;
import autopar.solver.certificate.Certificate;
import autopar.solver.reduce.Core;
import autopar.solver.reduce.Reduced;
import autopar.solver.reduce.Reducer;
import java.util.Optional;

/**
 * Finds a certificate of a lower bound of the problem as it was given, unreduced, so that a checker
 * needs to know no reduction.
 *
 * <p>The dual bound of the whole problem is raised for a while, and its prices and messages are
 * written down in the terms of the problem. It is weaker than the bound of the reduced core and
 * than what branch and bound proves.
 */
public final class BoundCertifier {
  private static final double QUANTUM = 1.0 / (1 << Certificate.POTENTIAL_BITS);

  private BoundCertifier() {}

  /**
   * Works for about {@code seconds}.
   *
   * @param known the cost of a choice, or infinity
   * @return a certificate; empty if no choice is allowed at all
   */
  public static Optional<Certificate> certify(
      IntraOpProblem problem, double known, double seconds) {
    Clock clock = new Clock(seconds);
    if (!(Reducer.allowedPart(problem) instanceof Reduced.ToCore whole)) {
      return Optional.empty();
    }
    DualBound dual = new DualBound(whole.core(), QUANTUM);
    PriceSearch search = new PriceSearch(whole.core(), dual);
    int rounds = 0;
    while (clock.elapsed() < 0.8 * seconds && rounds++ < 300 && search.best() < known - 1) {
      search.round(search.near(known), 4);
    }
    search.returnToBest();
    do {
      dual.iterate();
    } while (!clock.isOver() && rounds++ < 320);
    return Optional.of(written(problem, whole, dual));
  }

  private static Certificate written(IntraOpProblem problem, Reduced.ToCore whole, DualBound dual) {
    Core core = whole.core();
    long[][][] potentials = new long[problem.edgeCount()][][];
    int at = 0;
    for (int e = 0; e < potentials.length; e++) {
      int arity = problem.arity(e);
      potentials[e] = new long[arity][];
      for (int k = 0; k < arity; k++) {
        potentials[e][k] = new long[problem.strategyCount(problem.edgeNode(e, k))];
      }
      if (arity == 2) {
        write(whole, core.ends()[at][0], dual.firstPotential(at), potentials[e][0]);
        write(whole, core.ends()[at][1], dual.secondPotential(at), potentials[e][1]);
        at++;
      } else {
        // Each node of a wide edge is the second end of its tie to the edge's cells.
        for (int k = 0; k < arity; k++, at++) {
          write(whole, core.ends()[at][1], dual.secondPotential(at), potentials[e][k]);
        }
      }
    }
    int priced = 0;
    for (double price : dual.prices()) {
      priced += price > 0 ? 1 : 0;
    }
    int[] times = new int[priced];
    long[] prices = new long[priced];
    int next = 0;
    for (int r = 0; r < core.rowCount(); r++) {
      if (dual.prices()[r] > 0) {
        times[next] = core.rowTimes()[r];
        prices[next++] = Math.round(dual.prices()[r] * (1L << Certificate.PRICE_BITS));
      }
    }
    return new Certificate(times, prices, potentials);
  }

  private static void write(Reduced.ToCore whole, int node, double[] from, long[] to) {
    for (int s = 0; s < from.length; s++) {
      to[whole.problemStrategy(node, s)] = Math.round(from[s] / QUANTUM);
    }
  }
}
