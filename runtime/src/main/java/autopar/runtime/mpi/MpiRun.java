package autopar.runtime.mpi;

import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ranks that run. Whatever happens to one of them, the others are ended within seconds, and no
 * process stays behind.
 */
public final class MpiRun {

  private static final long PERIOD_MILLIS = 200;

  /** How long mpirun may take to notice an end that is seen here. */
  private static final long GRACE_MILLIS = 2000;

  private final Process mpirun;
  private final Path shared;
  private final ProgressBoard board;
  private final Duration hangTimeout;
  private final HangWatch hangs;
  private final MpirunMessages messages = new MpirunMessages();
  private final Instant started = Instant.now();
  private final Thread output;
  private final Thread errors;
  private final Thread lastResort = new Thread(this::kill);

  MpiRun(
      Process mpirun,
      Path shared,
      ProgressBoard board,
      Duration hangTimeout,
      OutputStream out,
      OutputStream err) {
    this.mpirun = mpirun;
    this.shared = shared;
    this.board = board;
    this.hangTimeout = hangTimeout;
    hangs = new HangWatch(hangTimeout, OsProcess::isStopped, OsProcess::processorTime);
    output = reader("output of ranks", mpirun.getInputStream(), from -> copy(from, out));
    errors = reader("errors of ranks", mpirun.getErrorStream(), from -> messages.read(from, err));
    Runtime.getRuntime().addShutdownHook(lastResort);
  }

  private interface Reading {
    void read(InputStream from) throws IOException;
  }

  private static Thread reader(String name, InputStream from, Reading reading) {
    return Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(() -> {
          try (from) {
            reading.read(from);
          } catch (IOException closed) {
            // Nobody listens any more, or the process is gone: the run itself goes on.
            return;
          }
        });
  }

  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[8192];
    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      to.write(buffer, 0, n);
      to.flush();
    }
  }

  /** The process that the ranks are children of. */
  long pid() {
    return mpirun.pid();
  }

  /**
   * Waits for the end of all ranks.
   *
   * @return 0, or the exit code of a rank that had a bug and has told so itself
   * @throws RunFailure that says which rank died, failed or hangs, and where
   */
  public int await() {
    try {
      Optional<RunFailure> hang = watch();
      if (hang.isPresent()) {
        throw hang.get();
      }
      return outcome();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunFailure("the run was interrupted", e);
    } finally {
      kill();
      Runtime.getRuntime().removeShutdownHook(lastResort);
    }
  }

  /** Until mpirun ends or should have ended; a hang is described while it lasts. */
  private Optional<RunFailure> watch() throws InterruptedException {
    while (!mpirun.waitFor(PERIOD_MILLIS, TimeUnit.MILLISECONDS)) {
      List<RankProgress> ranks = ranks();
      if (ranks.stream().anyMatch(this::hasEndedTooEarly)) {
        mpirun.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
        break;
      }
      Optional<RankProgress> culprit = hangs.culprit(ranks, System.nanoTime());
      if (culprit.isPresent()) {
        return culprit.map(this::hang);
      }
    }
    return Optional.empty();
  }

  private List<RankProgress> ranks() {
    return IntStream.range(0, board.ranks()).mapToObj(board::read).toList();
  }

  private boolean hasEndedTooEarly(RankProgress rank) {
    return rank.state() == RankState.FAILED || isLost(rank);
  }

  /** Gone without a word. */
  private boolean isLost(RankProgress rank) {
    return rank.pid() != 0
        && rank.isRunning()
        && !OsProcess.isAlive(rank.pid())
        && board.read(rank.rank()).isRunning();
  }

  private RunFailure hang(RankProgress rank) {
    String how = OsProcess.isStopped(rank.pid()) ? " hangs (stopped by a signal) " : " hangs ";
    return new RunFailure(
        "rank "
            + rank.rank()
            + how
            + rank.where()
            + ": no rank has gone on for "
            + hangTimeout.toSeconds()
            + " s");
  }

  private int outcome() throws InterruptedException {
    if (!mpirun.isAlive()) {
      errors.join(GRACE_MILLIS);
      output.join(GRACE_MILLIS);
      if (mpirun.exitValue() == 0) {
        return 0;
      }
    }
    List<RankProgress> ranks = ranks();
    Optional<RankProgress> failed =
        ranks.stream()
            .filter(rank -> rank.state() == RankState.FAILED)
            .min(Comparator.comparingLong(RankProgress::changedNanos));
    if (failed.isPresent()) {
      if (failed.get().exitCode() != RankProcess.WORLD_FAILED) {
        return failed.get().exitCode();
      }
      throw failure(failed.get());
    }
    for (RankProgress rank : ranks) {
      OptionalInt signal = messages.signalOf(rank.rank());
      OptionalInt exitCode = messages.exitCodeOf(rank.rank());
      if (signal.isPresent()) {
        throw death(rank, "died (signal " + signal.getAsInt() + ")");
      }
      if (exitCode.isPresent()) {
        throw death(rank, "ended (exit code " + exitCode.getAsInt() + ")");
      }
    }
    throw deathOfMpirun(ranks);
  }

  private static RunFailure failure(RankProgress rank) {
    // The hint travels in the lines after the message.
    String[] parts = rank.failure().split("\nhint: ", 2);
    return new RunFailure(
        "rank " + rank.rank() + " failed " + rank.where() + ": " + parts[0],
        parts.length > 1 ? parts[1] : null,
        null);
  }

  private static RunFailure death(RankProgress rank, String how) {
    return new RunFailure("rank " + rank.rank() + " " + how + " " + rank.where());
  }

  private RunFailure deathOfMpirun(List<RankProgress> ranks) {
    if (mpirun.isAlive()) {
      return ranks.stream()
          .filter(this::isLost)
          .findFirst()
          .map(lost -> death(lost, "died"))
          .orElseThrow();
    }
    if (!messages.text().isEmpty() || mpirun.exitValue() <= 128) {
      return new RunFailure(
          "mpirun failed (exit code " + mpirun.exitValue() + "): " + messages.text());
    }
    RankProgress behind =
        ranks.stream().min(Comparator.comparingInt(RankProgress::step)).orElseThrow();
    return new RunFailure(
        "mpirun died (signal "
            + (mpirun.exitValue() - 128)
            + ") with all its ranks; rank "
            + behind.rank()
            + " was "
            + behind.where());
  }

  private void kill() {
    List<ProcessHandle> processes = new ArrayList<>(mpirun.descendants().toList());
    for (RankProgress rank : ranks()) {
      // Not a younger process that got the number of a rank that is gone.
      ProcessHandle.of(rank.pid())
          .filter(process -> rank.pid() != 0 && isOfThisRun(process))
          .ifPresent(processes::add);
    }
    processes.forEach(ProcessHandle::destroyForcibly);
    try {
      // mpirun ends by itself then, and takes its files along.
      if (!mpirun.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
        mpirun.destroyForcibly().waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      mpirun.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    delete(shared);
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // A few megabytes stay behind; the outcome of the run is not worth losing for it.
      return;
    }
  }

  private boolean isOfThisRun(ProcessHandle process) {
    Instant end = Instant.now();
    return process
        .info()
        .startInstant()
        .map(start -> start.isAfter(started.minusSeconds(2)) && start.isBefore(end))
        .orElse(false);
  }
}
