package autopar.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A measured machine is a cluster like any other. */
final class ProfileTest {
  @TempDir private Path folder;

  /** The stand-in for CUDA that the tests of room runtime.cuda use, with eight GPUs. */
  private Path standIn() throws IOException, InterruptedException {
    Path sources =
        Path.of(System.getProperty("autopar.home"), "runtime", "src", "test", "resources", "cuda");
    Path library = folder.resolve("libcuda.so.1");
    List<String> command =
        new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-fvisibility=hidden", "-DDEVICES=8"));
    for (String source : List.of("cudart.c", "cublaslt.c", "nccl.c")) {
      command.add(sources.resolve(source).toString());
    }
    command.addAll(List.of("-lm", "-o", library.toString()));
    try {
      assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    } catch (IOException absent) {
      assumeTrue(false, "no C compiler (Debian packages gcc libc6-dev): " + absent.getMessage());
    }
    for (String name : List.of("libcudart.so.13", "libcublasLt.so.13", "libnccl.so.2")) {
      Files.createSymbolicLink(folder.resolve(name), library);
    }
    return folder;
  }

  @Test
  void gpusAreMeasuredWhereTheirLibrariesAre() throws IOException, InterruptedException {
    Path file = folder.resolve("gpus.json");
    Command profile =
        Command.run(
            "profile", "--hosts", "3", "--libraries", standIn().toString(), "-o", file.toString());
    assertThat(profile.exitCode()).as(profile.err()).isZero();
    assertThat(profile.err()).contains("measuring collectives of 8 GPUs");
    assertThat(profile.out())
        .contains("measured 8 x NVIDIA A100-SXM4-80GB", "OPT-66B, tensor 8", "cluster a100-80g");
    Command compile =
        Command.run(
            "compile",
            "models/opt-30b.ir",
            "--devices",
            "20",
            "--cluster",
            file.toString(),
            "--format",
            "json",
            "-o",
            folder.resolve("opt.plan").toString());
    assertThat(compile.exitCode()).as(compile.err()).isZero();
    JsonNode plan = new ObjectMapper().readTree(compile.out());
    assertThat(plan.at("/workload/precision").asText()).isEqualTo("bf16");
    assertThat(plan.at("/predicted/step_s").asDouble()).isBetween(10.0, 1000.0);
  }

  @Test
  void gpusThatAreAskedForMustBeThere() {
    Command profile =
        Command.run("profile", "--backend", "cuda", "-o", folder.resolve("x.json").toString());
    assumeTrue(profile.exitCode() != 0, "this machine has GPUs");
    assertThat(profile.exitCode()).isEqualTo(3);
    assertThat(profile.err()).contains("is not installed", "hint: ");
  }

  @Test
  void aDriveThatIsNotThereIsSaidBeforeAnythingIsMeasured() {
    Path file = folder.resolve("x.json");
    Command profile =
        Command.run("profile", "--nvme", folder.resolve("gone").toString(), "-o", file.toString());
    assertThat(profile.exitCode()).isEqualTo(1);
    assertThat(profile.err()).contains("--nvme names a folder", "gone").doesNotContain("measuring");
    assertThat(file).doesNotExist();
  }

  @Test
  void hostsAreAtLeastOneAndOfGpus() {
    assertThat(Command.run("profile", "--hosts", "0").exitCode()).isEqualTo(1);
    Command ranks = Command.run("profile", "--backend", "simulated", "--hosts", "2");
    assertThat(ranks.exitCode()).isEqualTo(1);
    assertThat(ranks.err()).contains("--hosts is for hosts of GPUs");
  }

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
