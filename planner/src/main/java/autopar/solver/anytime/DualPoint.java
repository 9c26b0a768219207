package autopar.solver.anytime;

import autopar.solver.bound.DualBound;

/**
 * Prices and potentials behind a bound of a core.
 *
 * @param prices by row
 * @param first by edge and strategy of its first node
 * @param second by edge and strategy of its second node
 */
record DualPoint(double[] prices, double[][] first, double[][] second) {
  /** The messages of {@code dual} with prices of their own. */
  static DualPoint of(DualBound dual, double[] prices) {
    double[][] first = new double[dual.edgeCount()][];
    double[][] second = new double[first.length][];
    for (int e = 0; e < first.length; e++) {
      first[e] = dual.firstPotential(e).clone();
      second[e] = dual.secondPotential(e).clone();
    }
    return new DualPoint(prices.clone(), first, second);
  }
}
