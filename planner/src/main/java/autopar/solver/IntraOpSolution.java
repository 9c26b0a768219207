package autopar.solver;

import java.util.Objects;

/** The answer to an {@link IntraOpProblem}, never more certain than what was proved. */
public sealed interface IntraOpSolution {
  /**
   * A choice that respects the limit and every forbidden cell.
   *
   * @param choice one strategy per node; not to be modified
   * @param cost the cost of the choice
   * @param lowerBound a proven bound: no choice that respects the limit costs less
   * @param optimal whether no choice costs less than this one
   */
  record Solved(int[] choice, long cost, long lowerBound, boolean optimal)
      implements IntraOpSolution {
    public Solved {
      if (lowerBound > cost || optimal && lowerBound != cost) {
        throw new IllegalArgumentException("bound " + lowerBound + " does not fit cost " + cost);
      }
    }

    /** How far the cost may be from the optimum, as a fraction of the cost. */
    public double gap() {
      return cost == 0 ? 0 : (double) (cost - lowerBound) / cost;
    }
  }

  /** A proof that no choice respects the limit and all forbidden cells; the reason is in words. */
  record Infeasible(String reason) implements IntraOpSolution {
    public Infeasible {
      Objects.requireNonNull(reason);
    }
  }

  /** Nothing feasible was found and nothing excludes it; no choice costs less than the bound. */
  record Unknown(long lowerBound) implements IntraOpSolution {}
}
