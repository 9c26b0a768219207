package autopar.runtime.mpi;

import java.nio.file.Path;
import java.util.Map;

/** A launcher to be killed: its ranks run for ever. */
final class LauncherMain {

  static final int RANKS = 2;

  private LauncherMain() {}

  public static void main(String[] arguments) {
    Path board = Path.of(arguments[0]);
    MpiLauncher.start(
            RANKS,
            TestRanks.command(RankMain.class, "endless"),
            Map.of(),
            board,
            TestRanks.PATIENT,
            System.out,
            System.err)
        .await();
  }
}
