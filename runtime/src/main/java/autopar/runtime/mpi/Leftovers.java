package autopar.runtime.mpi;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Temporary files of runs, named after the process that started them. A run that is killed with all
 * its processes cannot delete its own; the next one does.
 */
public final class Leftovers {

  private static final Pattern NAME = Pattern.compile("autopar-(\\d+)-.*");

  private Leftovers() {}

  /** How the names of this process's temporary files begin. */
  public static String prefix() {
    return "autopar-" + ProcessHandle.current().pid() + "-";
  }

  /**
   * Deletes from {@code folder} what processes that are gone have left, as far as that is allowed.
   */
  public static void sweep(Path folder) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, "autopar-*")) {
      for (Path entry : entries) {
        Matcher name = NAME.matcher(entry.getFileName().toString());
        if (name.matches() && !OsProcess.isAlive(Long.parseLong(name.group(1)))) {
          delete(entry);
        }
      }
    } catch (IOException notOurs) {
      // What another user left stays.
      return;
    }
  }

  private static void delete(Path entry) throws IOException {
    List<Path> all;
    try (Stream<Path> below = Files.walk(entry)) {
      all = below.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}
