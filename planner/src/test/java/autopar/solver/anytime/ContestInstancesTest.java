package autopar.solver.anytime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import autopar.solver.IntraOpSolution;
import autopar.solver.contest.ContestReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contest instances that are proved in seconds, where the reference folder is at hand. */
final class ContestInstancesTest {
  @ParameterizedTest
  @CsvSource({"A, 6548553650", "B, 532843"})
  void theOptimumIsProved(String instance, long optimum) throws IOException {
    Path file = folder().resolve("iopddl/asplos-2025-iopddl-" + instance + ".json.gz");
    assumeTrue(Files.isRegularFile(file), "no reference instance " + file);
    assertThat(AnytimeSolver.solve(ContestReader.read(file), new SolveLimits(30, 2, 1)))
        .isInstanceOfSatisfying(
            IntraOpSolution.Solved.class,
            solved -> {
              assertThat(solved.cost()).isEqualTo(optimum);
              assertThat(solved.optimal()).isTrue();
            });
  }

  private static Path folder() {
    String given = System.getProperty("autopar.reference");
    Path home = Path.of(System.getProperty("autopar.home", ".."));
    return given == null ? home.resolve("../shared/reference") : Path.of(given);
  }
}
