package autopar.runtime.mpi;

import java.io.PrintStream;
import java.time.Duration;

/**
 * A thread that ends this rank when the process that started it is gone, or when a wait lasts too
 * long: then all other ranks as well.
 */
final class Watchdog {

  private static final long PERIOD_MILLIS = 200;

  /** How long MPI may take to end the world. */
  private static final long ABORT_MILLIS = 3000;

  private final int rank;
  private final ProgressBoard board;
  private final MpiLibrary mpi;
  private final long parent = parent();

  private long launcher;
  private Duration longestWait;
  private PrintStream err;

  Watchdog(int rank, ProgressBoard board, MpiLibrary mpi) {
    this.rank = rank;
    this.board = board;
    this.mpi = mpi;
  }

  /** Ends this rank with the process {@code pid} too; 0 is none. */
  void endWith(long pid) {
    launcher = pid;
  }

  /** Ends the world when this rank waits longer than {@code longest} without a word. */
  void limitWaits(Duration longest, PrintStream err) {
    this.longestWait = longest;
    this.err = err;
  }

  void start() {
    Thread.ofPlatform().daemon().name("watchdog").start(this::watch);
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(PERIOD_MILLIS);
        if (parent() != parent || (launcher != 0 && !OsProcess.isAlive(launcher))) {
          // Not an orderly end: hooks of a library that lost its server may wait for ever.
          board.slot(rank).isStopped();
          Runtime.getRuntime().halt(RankProcess.WORLD_FAILED);
        }
        if (longestWait != null) {
          checkWait();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void checkWait() throws InterruptedException {
    RankProgress own = board.read(rank);
    Duration waited = Duration.ofNanos(System.nanoTime() - own.changedNanos());
    if (!own.isWaiting() || waited.compareTo(longestWait) < 0) {
      return;
    }
    err.println(
        "rank "
            + rank
            + " waited "
            + waited.toSeconds()
            + " s "
            + own.where()
            + ": a rank that it waits for died or hangs");
    err.flush();
    Thread.ofPlatform().daemon().start(() -> mpi.abort(RankProcess.WORLD_FAILED));
    Thread.sleep(ABORT_MILLIS);
    Runtime.getRuntime().halt(RankProcess.WORLD_FAILED);
  }

  private static long parent() {
    return ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
  }
}
