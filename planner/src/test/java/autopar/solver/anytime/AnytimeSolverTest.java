package autopar.solver.anytime;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.solver.IntraOpProblem;
import autopar.solver.IntraOpSolution;
import autopar.solver.RandomProblems;
import autopar.solver.SolutionEvaluator;
import org.junit.jupiter.api.Test;

final class AnytimeSolverTest {
  @Test
  void answersOfTwoThousandSmallProblemsEqualBruteForce() {
    for (int seed = 0; seed < 2000; seed++) {
      IntraOpProblem problem = RandomProblems.small(seed, 7);
      check(problem, AnytimeSolver.solve(problem, new SolveLimits(20, 1, seed)));
    }
  }

  private static void check(IntraOpProblem problem, IntraOpSolution answer) {
    long expected = RandomProblems.bruteForce(problem);
    switch (answer) {
      case IntraOpSolution.Solved solved -> {
        assertThat(solved.cost()).as(problem.toString()).isEqualTo(expected);
        assertThat(solved.optimal()).as(problem.toString()).isTrue();
        assertThat(SolutionEvaluator.evaluate(problem, solved.choice()))
            .isInstanceOf(SolutionEvaluator.Evaluation.Feasible.class);
      }
      case IntraOpSolution.Infeasible infeasible ->
          assertThat(expected).as(problem + " " + infeasible.reason()).isEqualTo(-1);
      case IntraOpSolution.Unknown unknown -> throw new AssertionError("no answer to " + problem);
    }
  }
}
