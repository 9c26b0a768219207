package autopar.solver.certificate;

import autopar.solver.IntraOpProblem;
import java.util.Iterator;

/**
 * Follows a proof from the problem alone: what is accepted holds, whoever wrote the steps.
 *
 * <p>It knows no search and no reductions, only what makes one step safe.
 */
public final class ProofChecker {
  private ProofChecker() {}

  /**
   * Checks that no allowed choice of {@code problem} that fits costs less than {@code bound}.
   *
   * @throws InvalidProof if a step does not follow, or steps are missing or left over
   */
  public static void check(IntraOpProblem problem, long bound, Iterator<ProofStep> steps) {
    try {
      follow(ProofState.of(problem, bound), steps);
    } catch (ArithmeticException tooLarge) {
      throw new InvalidProof("costs are beyond what is counted with");
    }
    ProofState.require(!steps.hasNext(), "steps are left over");
  }

  private static void follow(ProofState state, Iterator<ProofStep> steps) {
    while (!state.isClosed()) {
      ProofState.require(steps.hasNext(), "the proof ends before its claim is shown");
      ProofStep step = steps.next();
      if (step instanceof ProofStep.Branch branch) {
        int cases = state.node(branch.node()).strategies().length;
        for (int i = 0; i < cases; i++) {
          follow(state.only(branch.node(), i), steps);
        }
        return;
      }
      state.apply(step);
    }
  }

  /**
   * A bound that only a problem without any answer has: more than the dearest choice could cost.
   */
  public static long infeasible(IntraOpProblem problem) {
    double sum = 1;
    for (int v = 0; v < problem.nodeCount(); v++) {
      long most = 0;
      for (int s = 0; s < problem.strategyCount(v); s++) {
        most = Math.max(most, counted(problem.cost(v, s)));
      }
      sum += most;
    }
    for (int e = 0; e < problem.edgeCount(); e++) {
      long most = 0;
      for (int c = 0; c < problem.cellCount(e); c++) {
        most = Math.max(most, counted(problem.edgeCost(e, c)));
      }
      sum += most;
    }
    // A little more than the sum makes good for its rounding; beyond the range there is no proof.
    return sum < 1L << 52 ? (long) sum : (long) (sum * (1 + 1e-9));
  }

  private static long counted(long cost) {
    return cost >= IntraOpProblem.FORBIDDEN ? 0 : Math.min(cost, ProblemNodes.LARGE);
  }
}
