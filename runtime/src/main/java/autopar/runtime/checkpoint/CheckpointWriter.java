package autopar.runtime.checkpoint;

import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the checkpoints of one run into a folder; lives on one rank. The caller's ranks go through
 * these steps, with a barrier of theirs between two of them:
 *
 * <ol>
 *   <li>{@link #begin} on this rank; the others know the folder too, or derive it ({@link #folder})
 *   <li>{@link ShardWriter#write} on every rank that has something to keep
 *   <li>{@link #commit} on this rank
 * </ol>
 *
 * Whatever ends the process in between, and when, the last complete checkpoint stays the last
 * complete one; the next {@code begin} removes the rest.
 */
public final class CheckpointWriter implements AutoCloseable {

  /** How many complete checkpoints are kept if the caller does not say. */
  public static final int KEPT = 2;

  private final Path dir;
  private final String run;
  private final int kept;
  private final WriterLock lock;

  private CheckpointWriter(Path dir, String run, int kept, WriterLock lock) {
    this.dir = dir;
    this.run = run;
    this.kept = kept;
    this.lock = lock;
  }

  /**
   * Makes {@code dir} where there is none, and lets no other run write into it until closed.
   *
   * @param run tells this start of the program from all others; letters, digits, {@code _.-}
   * @param kept how many complete checkpoints to keep, at least 1
   * @throws RunFailure if another run writes there, or it cannot be written
   */
  public static CheckpointWriter open(Path dir, String run, int kept) {
    if (kept < 1) {
      throw new IllegalArgumentException("at least one checkpoint must be kept, not " + kept);
    }
    Path folder = dir.toAbsolutePath().normalize();
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectories(folder);
        DurableFiles.sync(folder.getParent());
      }
      return new CheckpointWriter(folder, run, kept, WriterLock.take(folder));
    } catch (IOException e) {
      throw DurableFiles.cannotWrite(dir, e);
    }
  }

  /** The folder that {@link #begin} makes for {@code step}. */
  public static Path folder(Path dir, String run, long step) {
    return CheckpointFolders.unfinished(dir.toAbsolutePath().normalize(), step, run);
  }

  /**
   * Makes the folder that ranks write the state after {@code step} steps into. What an earlier
   * writer left unfinished is removed.
   *
   * @throws RunFailure if the folder cannot be made
   */
  public Path begin(long step) {
    Path folder = folder(dir, run, step);
    try {
      for (Path stale : CheckpointFolders.unfinished(dir)) {
        DurableFiles.delete(stale);
      }
      Files.createDirectory(folder);
      DurableFiles.sync(dir);
      return folder;
    } catch (IOException e) {
      throw DurableFiles.cannotWrite(folder, e);
    }
  }

  /**
   * Makes a complete checkpoint of what all ranks wrote into {@code folder}; one of the same step
   * is replaced. Then removes older ones beyond those to be kept; later ones, which another run
   * must have left, stay.
   *
   * @param metadata by name, whatever must fit when a run goes on: hashes, batch, optimizer,
   *     samples
   * @throws RunFailure if parts of a tensor are missing, or the checkpoint cannot be written
   */
  public Checkpoint commit(Path folder, Map<String, String> metadata) {
    long step =
        CheckpointFolders.unfinishedStep(folder)
            .orElseThrow(() -> new IllegalArgumentException(folder + " was not begun"));
    Path target = CheckpointFolders.complete(dir, step);
    try {
      List<ShardReport> reports = takeReports(folder);
      if (Files.exists(target)) {
        replace(target, folder, step, metadata, reports);
      } else {
        DurableFiles.replace(
            folder.resolve(Manifest.FILE), manifest(step, metadata, reports).text());
        Files.move(folder, target, StandardCopyOption.ATOMIC_MOVE);
      }
      DurableFiles.sync(dir);
      Checkpoint complete = Checkpoint.open(target);
      removeBefore(step);
      return complete;
    } catch (IOException e) {
      throw DurableFiles.cannotWrite(target, e);
    }
  }

  private static List<ShardReport> takeReports(Path folder) throws IOException {
    List<ShardReport> reports = new ArrayList<>();
    for (Path file : CheckpointFolders.entries(folder)) {
      if (CheckpointFolders.isReport(file)) {
        ShardReport report = report(file);
        Path shard = folder.resolve(report.file());
        if (Files.size(shard) != report.size()) {
          throw new RunFailure(
              "%s is %d bytes long, but its rank wrote %d"
                  .formatted(shard, Files.size(shard), report.size()));
        }
        reports.add(report);
        Files.delete(file);
      }
    }
    return reports;
  }

  private static ShardReport report(Path file) throws IOException {
    try {
      return ShardReport.fromJson(Files.readString(file));
    } catch (IllegalArgumentException e) {
      throw new RunFailure(file + ": " + e.getMessage(), e);
    }
  }

  private static Manifest manifest(
      long step, Map<String, String> metadata, List<ShardReport> reports) {
    Manifest manifest = Manifest.of(step, metadata, reports);
    try {
      manifest.check();
    } catch (IOException e) {
      throw new RunFailure(
          "the checkpoint of step " + step + " is incomplete: " + e.getMessage(),
          "all ranks must write into the same folder, on a file system that they share",
          e);
    }
    return manifest;
  }

  /**
   * A folder cannot take the place of another in one step, but a manifest can: the new shards move
   * in under names that are free, and count from when the manifest names them.
   */
  private static void replace(
      Path target, Path folder, long step, Map<String, String> metadata, List<ShardReport> reports)
      throws IOException {
    List<ShardReport> moved = new ArrayList<>();
    for (ShardReport report : reports) {
      String name = report.file();
      for (int generation = 1; Files.exists(target.resolve(name)); generation++) {
        name = CheckpointFolders.shard(report.file(), generation);
      }
      moved.add(new ShardReport(name, report.size(), report.crc32c(), report.pieces()));
    }
    Manifest manifest = manifest(step, metadata, moved);
    Set<String> listed = new HashSet<>(Set.of(Manifest.FILE));
    for (int i = 0; i < moved.size(); i++) {
      String name = moved.get(i).file();
      Files.move(
          folder.resolve(reports.get(i).file()),
          target.resolve(name),
          StandardCopyOption.ATOMIC_MOVE);
      listed.add(name);
    }
    DurableFiles.sync(target);
    DurableFiles.replace(target.resolve(Manifest.FILE), manifest.text());
    for (Path file : CheckpointFolders.entries(target)) {
      if (!listed.contains(file.getFileName().toString())) {
        Files.delete(file);
      }
    }
    DurableFiles.delete(folder);
  }

  /** Damaged ones do not count among those kept; they go when enough complete ones are newer. */
  private void removeBefore(long step) throws IOException {
    int complete = 1;
    for (Path older : CheckpointFolders.steps(dir).headMap(step).reversed().values()) {
      if (complete < kept) {
        complete += Checkpoint.isComplete(older) ? 1 : 0;
      } else {
        // Half removed it must not look complete.
        Path hidden =
            CheckpointFolders.unfinished(
                dir, CheckpointFolders.step(older).orElseThrow(), "removed");
        Files.move(older, hidden, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.delete(hidden);
      }
    }
  }

  /** Lets other runs write into the folder; what was begun and not committed is not kept. */
  @Override
  public void close() {
    lock.close();
  }
}
