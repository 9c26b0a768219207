package autopar.solver.anytime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.solver.IntraOpProblem;
import autopar.solver.IntraOpSolution;
import autopar.solver.RandomProblems;
import autopar.solver.certificate.InvalidProof;
import autopar.solver.certificate.ProofChecker;
import autopar.solver.certificate.ProofReader;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is printed is what the file proves, on every small problem. */
final class CertifyingSolverTest {
  @TempDir private Path folder;

  @Test
  void certificatesOfTwoThousandSmallProblemsProveTheLeastCost() throws IOException {
    Path file = folder.resolve("proof.json");
    for (int seed = 0; seed < 2000; seed++) {
      IntraOpProblem problem = RandomProblems.small(seed, 7);
      long least = RandomProblems.bruteForce(problem);
      long expected = least < 0 ? ProofChecker.infeasible(problem) : least;
      CertifyingSolver.Certified answer =
          CertifyingSolver.solve(problem, new SolveLimits(20, 1, seed), file);
      assertThat(answer.certified()).as(problem + " seed " + seed).hasValue(expected);
      assertThat(answer.solution() instanceof IntraOpSolution.Solved).isEqualTo(least >= 0);
      try (ProofReader proof = new ProofReader(file)) {
        assertThat(proof.bound()).isEqualTo(expected);
        ProofChecker.check(problem, expected, proof);
      }
      if (least >= 0) {
        refuse(problem, least + 1, file);
      }
    }
  }

  /** The same steps do not prove what is not true. */
  private static void refuse(IntraOpProblem problem, long bound, Path file) throws IOException {
    try (ProofReader proof = new ProofReader(file)) {
      assertThatThrownBy(() -> ProofChecker.check(problem, bound, proof))
          .isInstanceOf(InvalidProof.class);
    }
  }
}
