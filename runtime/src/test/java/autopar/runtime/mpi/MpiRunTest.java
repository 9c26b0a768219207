package autopar.runtime.mpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to one rank, or to what started it, ends the run, and the failure says where. */
final class MpiRunTest {

  /** From the event to the end; on top of the hang timeout for a hang. */
  private static final Duration SOON = Duration.ofSeconds(8);

  private static final Duration HANG_TIMEOUT = Duration.ofSeconds(3);

  @TempDir Path folder;

  @BeforeAll
  static void assumeMpi() {
    TestRanks.assumeMpi();
  }

  @Test
  void aKilledRankIsNamedWithItsCollective() throws InterruptedException {
    RunFailure failure = failureOf(2, TestRanks.PATIENT, "signal in a collective", "1", "KILL");
    assertThat(failure)
        .hasMessage(
            "rank 1 died (signal 9) in step 12 at all-reduce grad(decoder.1.wq) over ranks [0, 1]");
  }

  @Test
  void aKilledRankIsNamedWithItsKernel() throws InterruptedException {
    RunFailure failure = failureOf(3, TestRanks.PATIENT, "signal in a kernel", "2", "KILL");
    assertThat(failure).hasMessage("rank 2 died (signal 9) in step 3 at einsum decoder.1.q");
  }

  @Test
  void aStoppedRankHangs() throws InterruptedException {
    RunFailure failure = failureOf(2, HANG_TIMEOUT, "signal in a kernel", "0", "STOP");
    assertThat(failure)
        .hasMessage(
            "rank 0 hangs (stopped by a signal) in step 3 at einsum decoder.1.q:"
                + " no rank has gone on for 3 s");
  }

  @Test
  void aRankStoppedInACollectiveHangsThoughAllWait() throws InterruptedException {
    RunFailure failure = failureOf(3, HANG_TIMEOUT, "signal in a collective", "1", "STOP");
    assertThat(failure)
        .hasMessage(
            "rank 1 hangs (stopped by a signal) in step 12 at all-reduce grad(decoder.1.wq)"
                + " over ranks [0, 1, 2]: no rank has gone on for 3 s");
  }

  @Test
  void aFailureOfARankIsThatOfTheRun() throws InterruptedException {
    RunFailure failure = failureOf(2, TestRanks.PATIENT, "fail", "1");
    assertThat(failure)
        .hasMessage("rank 1 failed in step 7 at all-reduce grad(decoder.1.wq): the disk is full");
    assertThat(failure.hint()).contains("free some space");
  }

  /** The others wait for it in a collective; none waits for it at the end. */
  @Test
  void aFailureInAStepEndsTheTraining() throws InterruptedException {
    RunFailure failure = failureOf(2, TestRanks.PATIENT, "training", "1");
    assertThat(failure).hasMessageStartingWith("rank 1 failed in step 1 at ");
    assertThat(failure).hasMessageEndingWith(": the data has ended");
  }

  @Test
  void aRankThatLeavesIsNamed() throws InterruptedException {
    RunFailure failure = failureOf(2, TestRanks.PATIENT, "exit", "1");
    assertThat(failure)
        .hasMessage("rank 1 ended (exit code 5) in step 7 at all-reduce grad(decoder.1.wq)");
  }

  @Test
  void aBugOfARankIsToldByTheRank() throws InterruptedException {
    TestRanks ranks = new TestRanks(folder, 2, TestRanks.PATIENT, "bug", "1");
    assertThat(ranks.run().await()).isEqualTo(70);
    assertThat(ranks.err()).contains("a buffer is used twice").doesNotContain("mpirun");
    ranks.assertNothingIsLeft();
  }

  @Test
  void withoutMpirunTheRanksEnd() throws Exception {
    TestRanks ranks = new TestRanks(folder, 2, TestRanks.PATIENT, "endless");
    ranks.pidsOnceAllRun();
    long killed = System.nanoTime();
    signal("KILL", ranks.run().pid());
    RunFailure failure = catchThrowableOfType(RunFailure.class, () -> ranks.run().await());
    assertThat(failure).hasMessageStartingWith("mpirun died (signal 9) with all its ranks; rank ");
    assertThat(failure).hasMessageContaining(" at " + RankMain.INSTRUCTION);
    assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(SOON);
    ranks.assertNothingIsLeft();
  }

  @Test
  void withoutTheLauncherNothingIsLeft() throws Exception {
    Path file = folder.resolve("board");
    List<String> command = TestRanks.command(LauncherMain.class, file.toString());
    Process launcher = new ProcessBuilder(command).inheritIO().start();
    ProgressBoard board = boardOnceAllRun(file);
    List<ProcessHandle> below = new ArrayList<>(launcher.descendants().toList());
    assertThat(below).extracting(ProcessHandle::pid).contains(board.read(0).pid());
    launcher.destroyForcibly().waitFor();
    for (ProcessHandle process : below) {
      for (int i = 0; i < 400 && OsProcess.isAlive(process.pid()); i++) {
        Thread.sleep(20);
      }
      TestRanks.assertGone(process.pid());
    }
  }

  @Test
  void underMpirunAloneARankThatWaitsTooLongEndsTheWorld() throws Exception {
    List<String> command = new ArrayList<>(List.of("mpirun", "--oversubscribe", "-n", "2"));
    command.addAll(TestRanks.command(RankMain.class, "signal in a kernel", "1", "STOP"));
    Path errors = folder.resolve("errors");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder
        .environment()
        .putAll(Map.of("OMPI_ALLOW_RUN_AS_ROOT", "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"));
    Process mpirun = builder.start();
    List<ProcessHandle> ranks = List.of();
    while (mpirun.isAlive() && ranks.size() < 2) {
      Thread.sleep(20);
      ranks = mpirun.children().toList();
    }
    assertThat(mpirun.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(mpirun.exitValue()).isEqualTo(3);
    assertThat(Files.readString(errors))
        .containsPattern(
            "rank 0 waited 2 s in step 3 at all-reduce grad\\(decoder.1.wq\\) over ranks \\[0, 1\\]:"
                + " a rank that it waits for died or hangs");
    for (ProcessHandle rank : ranks) {
      TestRanks.assertGone(rank.pid());
    }
  }

  private RunFailure failureOf(int count, Duration hangTimeout, String... scenario)
      throws InterruptedException {
    TestRanks ranks = new TestRanks(folder, count, hangTimeout, scenario);
    ranks.pidsOnceAllRun();
    long start = System.nanoTime();
    RunFailure failure = catchThrowableOfType(RunFailure.class, () -> ranks.run().await());
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(hangTimeout.equals(HANG_TIMEOUT) ? SOON.plus(HANG_TIMEOUT) : SOON);
    ranks.assertNothingIsLeft();
    assertThat(ranks.err()).isEmpty();
    return failure;
  }

  private static ProgressBoard boardOnceAllRun(Path file) throws InterruptedException {
    while (true) {
      Thread.sleep(20);
      if (Files.exists(file)) {
        ProgressBoard board = ProgressBoard.attach(file);
        if (board.ranks() == LauncherMain.RANKS
            && board.read(0).step() >= 0
            && board.read(1).step() >= 0) {
          return board;
        }
      }
    }
  }

  private static void signal(String name, long pid) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
  }
}
