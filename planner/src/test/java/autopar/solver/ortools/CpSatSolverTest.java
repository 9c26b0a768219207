package autopar.solver.ortools;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.solver.IntraOpProblem;
import autopar.solver.IntraOpSolution;
import autopar.solver.RandomProblems;
import autopar.solver.anytime.CertifyingSolver;
import autopar.solver.anytime.SolveLimits;
import autopar.solver.certificate.ProofChecker;
import autopar.solver.certificate.ProofReader;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The two engines share nothing and agree on problems beyond brute force, and ours proves what it
 * says. {@code -Dautopar.cpsatInstances=500} tries more of them.
 */
final class CpSatSolverTest {
  private static final int INSTANCES = Integer.getInteger("autopar.cpsatInstances", 60);
  private static final long FIRST = 10_000;

  @TempDir private Path folder;

  @Test
  void bothEnginesFindTheSameLeastCost() throws IOException {
    int solvedCount = 0;
    Path file = folder.resolve("proof.json");
    for (long seed = FIRST; seed < FIRST + INSTANCES; seed++) {
      IntraOpProblem problem = RandomProblems.larger(seed);
      CertifyingSolver.Certified ours =
          CertifyingSolver.solve(problem, new SolveLimits(60, 1, seed), file);
      switch (CpSatSolver.solve(problem, 60)) {
        case IntraOpSolution.Solved theirs -> {
          assertThat(theirs.optimal()).as("CP-SAT, seed " + seed).isTrue();
          assertThat(ours.solution())
              .as("seed " + seed)
              .isInstanceOfSatisfying(
                  IntraOpSolution.Solved.class,
                  solved -> {
                    assertThat(solved.optimal()).isTrue();
                    assertThat(solved.cost()).isEqualTo(theirs.cost());
                  });
          check(problem, ours, theirs.cost(), file);
          solvedCount++;
        }
        case IntraOpSolution.Infeasible infeasible -> {
          assertThat(ours.solution())
              .as("seed " + seed)
              .isInstanceOf(IntraOpSolution.Infeasible.class);
          check(problem, ours, ProofChecker.infeasible(problem), file);
        }
        case IntraOpSolution.Unknown unknown -> throw new AssertionError("no answer: " + problem);
      }
    }
    System.out.printf("%d instances, %d with an answer%n", INSTANCES, solvedCount);
    assertThat(solvedCount).isGreaterThan(INSTANCES / 2);
  }

  private static void check(
      IntraOpProblem problem, CertifyingSolver.Certified ours, long bound, Path file)
      throws IOException {
    assertThat(ours.certified()).hasValue(bound);
    try (ProofReader proof = new ProofReader(file)) {
      ProofChecker.check(problem, bound, proof);
    }
  }
}
