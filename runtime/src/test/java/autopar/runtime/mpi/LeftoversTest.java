package autopar.runtime.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeftoversTest {

  @Test
  void onlyWhatProcessesThatAreGoneLeftIsDeleted(@TempDir Path folder) throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Path left = Files.createDirectory(folder.resolve("autopar-" + gone.pid() + "-x"));
    Files.writeString(left.resolve("segment"), "1");
    Path board = Files.writeString(folder.resolve("autopar-" + gone.pid() + "-y.board"), "2");
    Path own = Files.createDirectory(folder.resolve(Leftovers.prefix() + "x"));
    Path other = Files.createDirectory(folder.resolve("autopar-models"));
    Leftovers.sweep(folder);
    assertThat(left).doesNotExist();
    assertThat(board).doesNotExist();
    assertThat(own).exists();
    assertThat(other).exists();
  }
}
