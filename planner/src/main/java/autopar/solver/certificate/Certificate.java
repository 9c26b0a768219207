package autopar.solver.certificate;

/**
 * A proof of a lower bound by linear programming duality.
 *
 * @param times times of the problem at which usage has a price, ascending
 * @param prices by entry of {@code times}, the price of a unit of usage in 2^-30 of a unit of cost;
 *     not negative
 * @param potentials by edge, position in the edge and strategy of the node there: what moves from
 *     the edge's costs to the strategy, in 2^-10 of a unit of cost
 */
public record Certificate(int[] times, long[] prices, long[][][] potentials) {
  /** Binary digits behind the point of a price. */
  public static final int PRICE_BITS = 30;

  /** Binary digits behind the point of a potential. */
  public static final int POTENTIAL_BITS = 10;
}
