package autopar.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that is killed while it writes leaves a complete checkpoint. */
final class KilledWriterTest {

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theLatestIsCompleteAndTheNextWriterCleansUp(long seed) throws Exception {
    Process writer = start();
    try {
      assertThat(writer.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("first");
      assertThatThrownBy(() -> CheckpointWriter.open(dir, "second", 2).close())
          .isInstanceOf(RunFailure.class)
          .hasMessageContaining("another run");
      Thread.sleep(20 + new Random(seed).nextInt(300));
    } finally {
      writer.destroyForcibly().waitFor();
    }
    assertThat(writer.exitValue()).isEqualTo(128 + 9);

    List<String> notes = new ArrayList<>();
    Checkpoint latest = Checkpoint.latest(dir, notes::add).orElseThrow();
    assertThat(notes).isEmpty();
    assertThat(latest.step()).isPositive();
    assertContentsMatchTheStep(latest);

    try (CheckpointWriter next = CheckpointWriter.open(dir, "next", 2)) {
      EndlessWriter.writeOnce(next, latest.step() + 1);
    }
    Checkpoint following = Checkpoint.latest(dir, notes::add).orElseThrow();
    assertThat(following.step()).isEqualTo(latest.step() + 1);
    assertContentsMatchTheStep(following);
    for (Path left : CheckpointFolders.entries(dir)) {
      String name = left.getFileName().toString();
      assertThat(name).matches("step-\\d{8}|\\.writer\\.lock");
      if (Files.isDirectory(left)) {
        assertContentsMatchTheStep(Checkpoint.open(left));
      }
    }
    assertThat(CheckpointFolders.steps(dir)).hasSize(2);
  }

  private static void assertContentsMatchTheStep(Checkpoint checkpoint) {
    Box whole = Box.whole(EndlessWriter.SHAPE);
    assertThat(checkpoint.read("w", whole))
        .isEqualTo(States.values("w", EndlessWriter.SHAPE, whole, checkpoint.step()));
    assertThat(checkpoint.metadata()).containsEntry("step", "" + checkpoint.step());
    checkpoint.verify();
  }

  private Process start() throws IOException {
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx128m",
            "-cp",
            classes,
            EndlessWriter.class.getName(),
            dir.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }
}
