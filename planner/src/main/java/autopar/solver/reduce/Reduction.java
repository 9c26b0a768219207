package autopar.solver.reduce;

/**
 * A rule that makes a draft smaller without changing its least cost, its feasibility, or the way
 * back to a choice of the original problem.
 */
interface Reduction {
  /**
   * Applies the rule around {@code node}, which is alive.
   *
   * @return whether anything changed; the draft has noted which nodes were touched
   */
  boolean apply(Draft draft, int node);

  /** Whether who is in a hurry goes without this rule: it takes long, and others need it less. */
  default boolean isSlow() {
    return false;
  }
}
