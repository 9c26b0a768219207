package autopar.solver.certificate;

/**
 * One step of a proof that no allowed choice that fits costs less than a bound.
 *
 * <p>A step changes a problem into one that has a choice below the bound if the former had. Nodes
 * are numbered as in the problem, the cells of each edge over more than two nodes being a node of
 * its own after them; strategies keep their numbers.
 */
public sealed interface ProofStep {
  /**
   * Strategies of a node that are not needed.
   *
   * @param instead by strategy dropped, one that is never dearer and never uses more; -1 where the
   *     strategy is impossible: forbidden, without a partner along some edge, or too heavy
   */
  record Drop(int node, int[] strategies, int[] instead) implements ProofStep {}

  /** A node with one strategy becomes a cost of its neighbours. */
  record Fix(int node) implements ProofStep {}

  /** A node without usage and with at most two neighbours is decided by them. */
  record Eliminate(int node) implements ProofStep {}

  /** The node decides its neighbour {@code gone} and takes over its costs, edges and usage. */
  record Contract(int node, int gone) implements ProofStep {}

  /** The table between two nodes is a sum of a cost of each. */
  record Separate(int first, int second) implements ProofStep {}

  /** Only the rows of these times, ascending, can be violated, or cover those that can. */
  record Rows(int[] times) implements ProofStep {}

  /**
   * Prices and potentials. They bound every choice; strategies and cells that only choices of at
   * least the proved bound have are forbidden, and with a bound high enough nothing is left.
   *
   * @param times times of rows with a price, ascending
   * @param prices by entry of {@code times}, in 2^-44 of a unit of cost per unit of usage; not
   *     negative
   * @param potentials by edge (ascending in its lower, then its higher node), by end (the lower
   *     node first), by strategy: what moves from the table to the strategy, in 2^-10 of a unit
   */
  record Weigh(int[] times, long[] prices, long[][][] potentials) implements ProofStep {}

  /** Nothing that is left has usage, and its least cost, node by node eliminated, is no less. */
  record Finish() implements ProofStep {}

  /** One case per strategy of a node, ascending; their steps follow, case after case. */
  record Branch(int node) implements ProofStep {}
}
