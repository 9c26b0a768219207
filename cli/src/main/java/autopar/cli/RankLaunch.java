package autopar.cli;

import autopar.diagnostics.RunFailure;
import autopar.runtime.mpi.Leftovers;
import autopar.runtime.mpi.MpiLauncher;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Starts this program again as ranks of this machine, and waits for their end. */
final class RankLaunch {

  private RankLaunch() {}

  /**
   * Runs {@code ranks} processes with these arguments.
   *
   * @param longestWait how long no rank may say anything new while one waits
   * @param out gets the output of rank 0
   * @param err gets the errors of all ranks
   * @return 0, or the exit code of a rank that had a bug and has told so itself
   * @throws RunFailure that says which rank died, failed or hangs, and where
   */
  static int run(
      int ranks, List<String> arguments, Duration longestWait, OutputStream out, OutputStream err) {
    try {
      Path board = Files.createTempFile(Leftovers.prefix(), ".board");
      Leftovers.sweep(board.toAbsolutePath().getParent());
      try {
        return MpiLauncher.start(
                ranks, RankCommandLine.of(ranks, arguments), Map.of(), board, longestWait, out, err)
            .await();
      } finally {
        Files.deleteIfExists(board);
      }
    } catch (IOException e) {
      throw new RunFailure("cannot write a temporary file: " + e.getMessage(), e);
    }
  }
}
