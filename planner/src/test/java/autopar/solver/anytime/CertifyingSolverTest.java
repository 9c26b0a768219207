package autopar.solver.anytime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.solver.IntraOpProblem;
import autopar.solver.IntraOpSolution;
import autopar.solver.RandomProblems;
import autopar.solver.certificate.InvalidProof;
import autopar.solver.certificate.ProofChecker;
import autopar.solver.certificate.ProofReader;
import autopar.solver.certificate.ProofStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
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

  /** Where there was no time to prove anything, what is certified counts nevertheless. */
  @Test
  void thePrintedBoundIsNoWeakerThanTheCertifiedOne() throws IOException {
    Path file = folder.resolve("proof.json");
    int certified = 0;
    for (int seed = 0; seed < 100; seed++) {
      IntraOpProblem problem = RandomProblems.larger(seed);
      CertifyingSolver.Certified answer =
          CertifyingSolver.solve(problem, new SolveLimits(1e-9, 1, seed), file);
      long printed =
          switch (answer.solution()) {
            case IntraOpSolution.Solved solved -> solved.lowerBound();
            case IntraOpSolution.Unknown unknown -> unknown.lowerBound();
            case IntraOpSolution.Infeasible none -> Long.MAX_VALUE;
          };
      if (answer.certified().isPresent()) {
        certified++;
        assertThat(printed)
            .as("seed " + seed)
            .isGreaterThanOrEqualTo(answer.certified().getAsLong());
      }
    }
    assertThat(certified).isGreaterThan(50);
  }

  /** The same steps do not prove what is not true. */
  private static void refuse(IntraOpProblem problem, long bound, Path file) throws IOException {
    try (ProofReader proof = new ProofReader(file)) {
      assertThatThrownBy(() -> ProofChecker.check(problem, bound, proof))
          .isInstanceOf(InvalidProof.class);
    }
  }

  /** Whatever is done to the steps of a proof, a bound above the least cost is not accepted. */
  @Test
  void tamperedProofsProveNothingUntrue() throws IOException {
    Path file = folder.resolve("proof.json");
    Random random = new Random(7);
    int tampered = 0;
    for (int seed = 0; seed < 300; seed++) {
      IntraOpProblem problem = RandomProblems.small(seed, 6);
      long least = RandomProblems.bruteForce(problem);
      CertifyingSolver.solve(problem, new SolveLimits(20, 1, seed), file);
      List<ProofStep> steps = new ArrayList<>();
      try (ProofReader proof = new ProofReader(file)) {
        proof.forEachRemaining(steps::add);
      }
      for (int trial = 0; least >= 0 && !steps.isEmpty() && trial < 20; trial++) {
        List<ProofStep> other = new ArrayList<>(steps);
        int at = random.nextInt(other.size());
        if (random.nextInt(4) == 0) {
          other.remove(at);
        } else {
          other.set(at, tampered(other.get(at), random));
        }
        assertThatThrownBy(() -> ProofChecker.check(problem, least + 1, other.iterator()))
            .as("seed " + seed + " step " + at)
            .isInstanceOf(InvalidProof.class);
        tampered++;
      }
    }
    assertThat(tampered).isGreaterThan(1000);
  }

  private static ProofStep tampered(ProofStep step, Random random) {
    int node = random.nextInt(6);
    int other = random.nextInt(6);
    return switch (step) {
      case ProofStep.Drop drop ->
          random.nextBoolean()
              ? new ProofStep.Drop(
                  drop.node(), new int[] {random.nextInt(4)}, new int[] {random.nextInt(5) - 1})
              : new ProofStep.Drop(node, drop.strategies(), drop.instead());
      case ProofStep.Fix fix -> new ProofStep.Fix(node);
      case ProofStep.Eliminate eliminate ->
          random.nextBoolean() ? new ProofStep.Eliminate(node) : new ProofStep.Finish();
      case ProofStep.Contract contract -> new ProofStep.Contract(node, other);
      case ProofStep.Separate separate -> new ProofStep.Separate(node, other);
      case ProofStep.Rows rows ->
          new ProofStep.Rows(
              Arrays.stream(rows.times()).filter(t -> random.nextBoolean()).toArray());
      case ProofStep.Weigh weigh -> heavier(weigh, random);
      case ProofStep.Finish finish -> new ProofStep.Eliminate(node);
      case ProofStep.Branch branch -> new ProofStep.Branch(node);
    };
  }

  /** Other prices and potentials, some of them large enough to claim a lot. */
  private static ProofStep heavier(ProofStep.Weigh weigh, Random random) {
    long[] prices =
        Arrays.stream(weigh.prices()).map(p -> Math.abs(p + random.nextLong(1L << 44))).toArray();
    long[][][] potentials = new long[weigh.potentials().length][][];
    for (int e = 0; e < potentials.length; e++) {
      potentials[e] = new long[weigh.potentials()[e].length][];
      for (int k = 0; k < potentials[e].length; k++) {
        potentials[e][k] =
            Arrays.stream(weigh.potentials()[e][k])
                .map(p -> p + random.nextLong(-200_000, 200_000))
                .toArray();
      }
    }
    return new ProofStep.Weigh(weigh.times(), prices, potentials);
  }
}
