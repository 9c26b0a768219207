package autopar.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./autopar} as a user starts it. */
final class LauncherTest {
  private static final Path LAUNCHER = Path.of(System.getProperty("autopar.home"), "autopar");

  private record Outcome(int exitCode, String out, String err) {}

  @TempDir private Path folder;

  @Test
  void startsFromAnyFolderThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("ap"), LAUNCHER);

    Outcome outcome = start(link, "--version");

    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).matches("autopar [0-9.]+\\R");
  }

  @Test
  void passesTheExitCodeOnAndKeepsStdoutClean() throws Exception {
    Outcome outcome = start(LAUNCHER, "conquer");

    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains("conquer");
  }

  /** A validation is over before better code is worth its compilation; --cross-validate is not. */
  @Test
  void compilesQuicklyWhatRunsShortly() throws Exception {
    String quick = "-XX:TieredStopAtLevel=1";
    Map<String, String> told = Map.of("AUTOPAR_OPTS", "-XX:+PrintCommandLineFlags");
    assertThat(start(told, LAUNCHER, "validate", "--help").out()).contains(quick);
    assertThat(start(told, LAUNCHER, "validate", "--cross-validate", "--help").out())
        .contains("-XX:")
        .doesNotContain(quick);
    assertThat(start(told, LAUNCHER, "compile", "--help").out())
        .contains("-XX:")
        .doesNotContain(quick);
  }

  private Outcome start(Path launcher, String... arguments)
      throws IOException, InterruptedException {
    return start(Map.of(), launcher, arguments);
  }

  private Outcome start(Map<String, String> environment, Path launcher, String... arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of(launcher.toString()));
    line.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder starting =
        new ProcessBuilder(line)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    starting.environment().putAll(environment);
    Process process = starting.start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return new Outcome(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
