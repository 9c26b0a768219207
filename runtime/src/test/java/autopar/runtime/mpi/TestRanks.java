package autopar.runtime.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

/** Processes that run {@link RankMain}, started as users start ranks. */
final class TestRanks {

  /** Far more than a rank on a busy machine stays silent. */
  static final Duration PATIENT = Duration.ofSeconds(30);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ProgressBoard board;
  private final MpiRun run;

  TestRanks(Path folder, int ranks, Duration hangTimeout, String... arguments) {
    Path file = folder.resolve("board");
    run =
        MpiLauncher.start(
            ranks, command(RankMain.class, arguments), Map.of(), file, hangTimeout, out, err);
    board = ProgressBoard.attach(file);
  }

  static void assumeMpi() {
    Assumptions.assumeTrue(
        MpiLauncher.isInstalled(), "needs Open MPI: apt-get install openmpi-bin libopenmpi-dev");
  }

  /** A JVM that starts fast and stays small, as there are many. */
  static List<String> command(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Xmx256m"));
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.add("--add-modules=jdk.incubator.vector");
    command.add("-Dautopar.home=" + System.getProperty("autopar.home"));
    command.addAll(List.of("-cp", classes, main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  MpiRun run() {
    return run;
  }

  /** Process ids of all ranks, once they run instructions. */
  List<Long> pidsOnceAllRun() throws InterruptedException {
    while (ranks().stream().anyMatch(rank -> rank.step() < 0)) {
      Thread.sleep(20);
    }
    return ranks().stream().map(RankProgress::pid).toList();
  }

  private List<RankProgress> ranks() {
    return IntStream.range(0, board.ranks()).mapToObj(board::read).toList();
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** What the ranks print there themselves. */
  String err() {
    return err.toString(StandardCharsets.UTF_8)
        .replaceAll("WARNING: Using incubator modules: .*\\R", "");
  }

  void assertNothingIsLeft() throws InterruptedException {
    for (RankProgress rank : ranks()) {
      if (rank.pid() != 0) {
        assertGone(rank.pid());
      }
    }
    assertGone(run.pid());
  }

  /** A process that was killed may take a moment to disappear. */
  static void assertGone(long pid) throws InterruptedException {
    for (int i = 0; i < 50 && OsProcess.isAlive(pid); i++) {
      Thread.sleep(20);
    }
    assertThat(OsProcess.isAlive(pid)).as("process %d is alive", pid).isFalse();
  }
}
