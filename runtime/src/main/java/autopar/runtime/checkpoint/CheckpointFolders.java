package autopar.runtime.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names of a folder of checkpoints: {@code step-00000020} is complete, {@code
 * .step-00000020.tmp-RUN} is being written or about to be removed.
 */
final class CheckpointFolders {

  private static final Pattern COMPLETE = Pattern.compile("step-(\\d{8,18})");
  private static final Pattern UNFINISHED = Pattern.compile("\\.step-(\\d{8,18})\\.tmp-.+");
  private static final Pattern SHARD = Pattern.compile("rank-\\d{5,9}(\\.\\d{1,9})?\\.safetensors");
  private static final Pattern REPORT = Pattern.compile("rank-\\d{5,9}\\.json");
  private static final Pattern RUN = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

  private CheckpointFolders() {}

  static Path complete(Path dir, long step) {
    return dir.resolve("step-%08d".formatted(step));
  }

  static Path unfinished(Path dir, long step, String run) {
    if (step < 0 || !RUN.matcher(run).matches()) {
      throw new IllegalArgumentException("no name for step " + step + " of run '" + run + "'");
    }
    return dir.resolve(".step-%08d.tmp-%s".formatted(step, run));
  }

  /** The step of a folder with the name of a complete checkpoint. */
  static OptionalLong step(Path folder) {
    return step(COMPLETE.matcher(folder.getFileName().toString()));
  }

  /** The step of a folder that a writer was given. */
  static OptionalLong unfinishedStep(Path folder) {
    return step(UNFINISHED.matcher(folder.getFileName().toString()));
  }

  private static OptionalLong step(Matcher name) {
    return name.matches() ? OptionalLong.of(Long.parseLong(name.group(1))) : OptionalLong.empty();
  }

  static String shard(int rank) {
    return "rank-%05d.safetensors".formatted(rank);
  }

  /** What a shard is called where {@code generation} others of its rank have been before. */
  static String shard(String first, int generation) {
    return first.replaceFirst("(\\.\\d+)?\\.safetensors$", "." + generation + ".safetensors");
  }

  static String report(int rank) {
    return "rank-%05d.json".formatted(rank);
  }

  static boolean isShard(String name) {
    return SHARD.matcher(name).matches();
  }

  static boolean isReport(Path file) {
    return REPORT.matcher(file.getFileName().toString()).matches();
  }

  /**
   * Folders with the name of a complete checkpoint, by step; none where there is no such folder.
   */
  static SortedMap<Long, Path> steps(Path dir) throws IOException {
    SortedMap<Long, Path> steps = new TreeMap<>();
    if (Files.isDirectory(dir)) {
      for (Path entry : entries(dir)) {
        step(entry).ifPresent(step -> steps.put(step, entry));
      }
    }
    return steps;
  }

  static List<Path> unfinished(Path dir) throws IOException {
    return entries(dir).stream().filter(entry -> unfinishedStep(entry).isPresent()).toList();
  }

  /** What is in {@code folder}, by name. */
  static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }
}
