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
   *
   * @throws ArithmeticException if that is beyond what is counted with
   */
  public static long infeasible(IntraOpProblem problem) {
    long sum = 1;
    for (int v = 0; v < problem.nodeCount(); v++) {
      long most = 0;
      for (int s = 0; s < problem.strategyCount(v); s++) {
        long cost = problem.cost(v, s);
        most = cost < IntraOpProblem.FORBIDDEN ? Math.max(most, cost) : most;
      }
      sum = Math.addExact(sum, most);
    }
    for (int e = 0; e < problem.edgeCount(); e++) {
      long most = 0;
      for (int c = 0; c < problem.cellCount(e); c++) {
        long cost = problem.edgeCost(e, c);
        most = cost < IntraOpProblem.FORBIDDEN ? Math.max(most, cost) : most;
      }
      sum = Math.addExact(sum, most);
    }
    return sum;
  }
}
