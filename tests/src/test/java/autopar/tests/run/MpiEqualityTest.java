package autopar.tests.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import autopar.runtime.mpi.MpiLauncher;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranks that are processes train as the unsharded model does. */
final class MpiEqualityTest {
  private static final double TOLERANCE = 1e-5;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt | 4 | stages=2,data=2,micro_batch=2 | vocab=32",
        "gpt | 3 | mesh=1x1/1x2,layers=1/1,micro_batch=4 | vocab=33",
        "llama | 4 | data=2,tensor=2,zero=3 | kv_heads=2 ffn=24 vocab=32",
      })
  void equal(String family, int ranks, String forced, String sizes) throws Exception {
    assumeTrue(
        MpiLauncher.isInstalled() && Job.isObservable(),
        "needs Linux and Open MPI: apt-get install openmpi-bin libopenmpi-dev");
    List<String> all = new ArrayList<>(List.of(sizes.split(" ")));
    all.addAll(List.of("layers=2", "hidden=16", "heads=4", "seq=8", "batch=8"));
    Path plan = TinyPlan.make(folder.resolve("p.plan"), family, all, ranks, forced);
    Job job =
        Job.start(
            folder.resolve("job"),
            List.of(
                "run",
                plan.toString(),
                "--backend",
                "mpi",
                "--check",
                "--steps",
                "2",
                "--format",
                "json"));
    Job.Outcome outcome = job.await();
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(outcome.out());
    assertThat(report.get("ranks").intValue()).isEqualTo(ranks);
    JsonNode differences = report.get("max_relative_difference");
    assertThat(differences.get("loss").doubleValue()).isLessThan(TOLERANCE);
    assertThat(differences.get("gradients").doubleValue()).isLessThan(TOLERANCE);
    assertThat(differences.get("parameters").doubleValue()).isLessThan(TOLERANCE);
  }
}
