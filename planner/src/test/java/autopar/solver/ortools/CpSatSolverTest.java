package autopar.solver.ortools;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.solver.IntraOpProblem;
import autopar.solver.IntraOpSolution;
import autopar.solver.RandomProblems;
import autopar.solver.anytime.AnytimeSolver;
import autopar.solver.anytime.SolveLimits;
import org.junit.jupiter.api.Test;

/** The two engines share nothing and agree on problems beyond brute force. */
final class CpSatSolverTest {
  @Test
  void bothEnginesFindTheSameLeastCost() {
    int solvedCount = 0;
    for (int seed = 10_000; seed < 10_100; seed++) {
      IntraOpProblem problem = RandomProblems.small(seed, 40);
      IntraOpSolution ours = AnytimeSolver.solve(problem, new SolveLimits(20, 1, seed));
      switch (CpSatSolver.solve(problem, 20)) {
        case IntraOpSolution.Solved theirs -> {
          assertThat(ours)
              .as(problem.toString())
              .isInstanceOfSatisfying(
                  IntraOpSolution.Solved.class,
                  solved -> {
                    assertThat(solved.optimal()).isTrue();
                    assertThat(solved.cost()).isEqualTo(theirs.cost());
                  });
          solvedCount++;
        }
        case IntraOpSolution.Infeasible infeasible ->
            assertThat(ours).isInstanceOf(IntraOpSolution.Infeasible.class);
        case IntraOpSolution.Unknown unknown -> throw new AssertionError("no answer: " + problem);
      }
    }
    assertThat(solvedCount).isGreaterThan(20);
  }
}
