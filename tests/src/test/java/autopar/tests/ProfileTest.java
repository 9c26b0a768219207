package autopar.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A measured machine is a cluster like any other. */
final class ProfileTest {
  @TempDir private Path folder;

  @Test
  void whatProfileWritesCompileTakes() throws IOException {
    Path file = folder.resolve("here.json");
    Command profile =
        Command.run("profile", "--backend", "simulated", "--ranks", "2", "-o", file.toString());
    assertThat(profile.exitCode()).as(profile.err()).isZero();
    Command compile =
        Command.run(
            "compile",
            "models/gpt.ir",
            "--set",
            "layers=2",
            "--set",
            "hidden=64",
            "--set",
            "heads=2",
            "--set",
            "seq=32",
            "--set",
            "vocab=64",
            "--global-batch",
            "4",
            "--devices",
            "2",
            "--cluster",
            file.toString(),
            "--format",
            "json",
            "-o",
            folder.resolve("gpt.plan").toString());
    assertThat(compile.exitCode()).as(compile.err()).isZero();
    JsonNode plan = new ObjectMapper().readTree(compile.out());
    assertThat(plan.at("/workload/precision").asText()).isEqualTo("fp32");
    // 0.1 M parameters and 128 tokens: more than a GPU's launches, less than a minute of a core.
    assertThat(plan.at("/predicted/step_s").asDouble()).isBetween(1e-4, 60.0);
  }

  @Test
  void measuringNeedsCpuRanks() {
    Command bench = Command.run("bench", "models/gpt.ir", "--devices", "8", "--measure");
    assertThat(bench.exitCode()).isEqualTo(1);
    assertThat(bench.err()).contains("AP0804", "autopar profile");
  }

  @Test
  void aWorldOfOneRankIsNoWorld() {
    assertThat(Command.run("profile", "--ranks", "1").exitCode()).isEqualTo(1);
  }
}
