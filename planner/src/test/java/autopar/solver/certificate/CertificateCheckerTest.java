package autopar.solver.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.solver.IntraOpProblem;
import autopar.solver.RandomProblems;
import autopar.solver.anytime.BoundCertifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CertificateCheckerTest {
  @TempDir private Path folder;

  @Test
  void noCertificateProvesMoreThanTheLeastCost() {
    double gap = 0;
    int solved = 0;
    for (int seed = 0; seed < 300; seed++) {
      IntraOpProblem problem = RandomProblems.small(seed, 6);
      long least = RandomProblems.bruteForce(problem);
      Optional<Certificate> found = BoundCertifier.certify(problem, Double.POSITIVE_INFINITY, 0.05);
      if (least >= 0) {
        long bound = CertificateChecker.bound(problem, found.orElseThrow());
        assertThat(bound).as("seed " + seed).isLessThanOrEqualTo(least);
        gap += least == 0 ? 0 : (double) (least - bound) / least;
        solved++;
      }
    }
    assertThat(gap / solved).as("mean gap").isLessThan(0.15);
  }

  @Test
  void arbitraryNumbersAreWeakButNeverWrong() {
    Random random = new Random(5);
    for (int seed = 0; seed < 200; seed++) {
      IntraOpProblem problem = RandomProblems.small(seed, 6);
      long least = RandomProblems.bruteForce(problem);
      if (least >= 0) {
        assertThat(CertificateChecker.bound(problem, arbitrary(problem, random)))
            .isLessThanOrEqualTo(least);
      }
    }
  }

  private static Certificate arbitrary(IntraOpProblem problem, Random random) {
    long[][][] potentials = new long[problem.edgeCount()][][];
    for (int e = 0; e < potentials.length; e++) {
      potentials[e] = new long[problem.arity(e)][];
      for (int k = 0; k < potentials[e].length; k++) {
        int count = problem.strategyCount(problem.edgeNode(e, k));
        potentials[e][k] = random.longs(count, -20_000, 20_000).toArray();
      }
    }
    boolean limited = problem.usageLimit().isPresent();
    int[] times = limited ? new int[] {2, 5} : new int[0];
    long[] prices = limited ? new long[] {1L << 29, 3L << 28} : new long[0];
    return new Certificate(times, prices, potentials);
  }

  @Test
  void aCertificateSurvivesItsFile() throws IOException {
    IntraOpProblem problem = RandomProblems.small(17, 6);
    Certificate written = BoundCertifier.certify(problem, 1e9, 0.05).orElseThrow();
    long bound = CertificateChecker.bound(problem, written);
    Path file = folder.resolve("bound.json");
    CertificateFile.write(file, written, bound);
    assertThat(CertificateChecker.bound(problem, CertificateFile.read(file))).isEqualTo(bound);
  }

  @Test
  void aCertificateOfAnotherProblemIsRefused() {
    Certificate none = new Certificate(new int[0], new long[0], new long[99][][]);
    assertThatThrownBy(() -> CertificateChecker.bound(RandomProblems.small(3, 6), none))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
