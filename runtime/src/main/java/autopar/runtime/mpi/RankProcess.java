package autopar.runtime.mpi;

import autopar.diagnostics.RunFailure;
import autopar.runtime.rank.Transport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * This process as one rank of a world, be it started by {@link MpiLauncher} or by mpirun or srun.
 *
 * <p>A rank ends with the process that started it. Where a launcher watches, what the rank does and
 * why it fails goes to the launcher's board. Elsewhere the rank itself ends the world when it fails
 * or has waited too long.
 */
public final class RankProcess {

  /** Exit code of a rank to which the world failed. */
  public static final int WORLD_FAILED = 3;

  /** Environment variable with the launcher's progress board. */
  static final String BOARD = "AUTOPAR_BOARD";

  /** Environment variable with the bells of the machine, where all ranks are on it. */
  static final String BELLS = "AUTOPAR_BELLS";

  /** Environment variable with the launcher's process id. */
  static final String LAUNCHER = "AUTOPAR_LAUNCHER";

  private static final int OUR_BUG = 70;

  private final Transport transport;
  private final ProgressBoard.Slot progress;

  private RankProcess(Transport transport, ProgressBoard.Slot progress) {
    this.transport = transport;
    this.progress = progress;
  }

  /** Messages to the other ranks. */
  public Transport transport() {
    return transport;
  }

  /**
   * Says what the rank does next, for whoever asks where it died or hangs; costs less than a
   * microsecond.
   *
   * @param step training step, from 0
   * @param instruction as in the rank's program: {@code all-reduce grad(decoder.1.wq)}
   */
  public void runs(int step, String instruction) {
    progress.runs(step, instruction);
  }

  /**
   * Joins the world, runs {@code body} and leaves the world. What {@code body} throws is not caught
   * here unless it is a {@link RunFailure}; the caller must end the process then.
   *
   * @param environment of this process
   * @param longestWait how long one wait may last where no launcher watches
   * @param err where a failure is told where no launcher watches
   * @return exit code for this process: 0, or 3 after a {@link RunFailure}
   */
  public static int run(
      Map<String, String> environment,
      Duration longestWait,
      PrintStream err,
      Consumer<RankProcess> body) {
    String boardFile = environment.get(BOARD);
    int rank = MpiLauncher.rankFromEnvironment(environment).orElse(0);
    ProgressBoard board =
        boardFile == null
            ? ProgressBoard.unshared(rank + 1)
            : ProgressBoard.attach(Path.of(boardFile));
    ProgressBoard.Slot progress = board.slot(rank);
    progress.started(ProcessHandle.current().pid());
    Runtime.getRuntime().addShutdownHook(new Thread(progress::isStopped));
    LongTurns.ask();
    try {
      MpiLibrary mpi = MpiLibrary.open();
      Watchdog watchdog = new Watchdog(rank, board, mpi);
      if (boardFile == null) {
        watchdog.limitWaits(longestWait, err);
      } else {
        watchdog.endWith(Long.parseLong(environment.getOrDefault(LAUNCHER, "0")));
      }
      watchdog.start();
      Optional<Bells> bells =
          Optional.ofNullable(environment.get(BELLS))
              .map(file -> Bells.attach(Path.of(file), board.ranks()));
      Transport transport = new MpiTransport(mpi, progress, bells);
      body.accept(new RankProcess(transport, progress));
      transport.close();
      progress.isDone();
      return 0;
    } catch (OutOfMemoryError full) {
      progress.failed(WORLD_FAILED, "out of memory: " + full.getMessage());
      return WORLD_FAILED;
    } catch (RunFailure failure) {
      String message = failure.getMessage();
      String hint = failure.hint().map(text -> "\nhint: " + text).orElse("");
      if (boardFile == null) {
        err.println("rank " + rank + " failed " + board.read(rank).where() + ": " + message + hint);
      }
      progress.failed(WORLD_FAILED, message + hint);
      return WORLD_FAILED;
    } catch (RuntimeException | Error thrown) {
      progress.failed(OUR_BUG, thrown.toString());
      throw thrown;
    }
  }
}
