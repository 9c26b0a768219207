package autopar.runtime.checkpoint;

import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A complete checkpoint. Opening it checks the manifest and the sizes of all files; the checksum of
 * a file is checked when something of it is read for the first time. Several threads may read.
 */
public final class Checkpoint {

  private final Path folder;
  private final Manifest manifest;
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, SafetensorsReader> intact = new ConcurrentHashMap<>();

  private Checkpoint(Path folder, Manifest manifest) {
    this.folder = folder;
    this.manifest = manifest;
    manifest.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
  }

  /**
   * The checkpoint of the most steps in {@code dir} that is complete, if there is any.
   *
   * @param notes told about each later one that is not, and why
   * @throws RunFailure if {@code dir} exists and cannot be listed
   */
  public static Optional<Checkpoint> latest(Path dir, Consumer<String> notes) {
    Map<Long, Path> steps;
    try {
      steps = CheckpointFolders.steps(dir).reversed();
    } catch (IOException e) {
      throw DurableFiles.cannotRead(dir, e);
    }
    for (Map.Entry<Long, Path> candidate : steps.entrySet()) {
      Path folder = candidate.getValue();
      try {
        Checkpoint checkpoint = opened(folder);
        if (checkpoint.step() == candidate.getKey()) {
          return Optional.of(checkpoint);
        }
        notes.accept("skipped " + folder + ": it is of step " + checkpoint.step());
      } catch (IOException e) {
        notes.accept("skipped " + folder + ": " + reason(e));
      }
    }
    return Optional.empty();
  }

  /**
   * The checkpoint in {@code stepFolder}, whatever the folder is called.
   *
   * @throws RunFailure if it is not complete
   */
  public static Checkpoint open(Path stepFolder) {
    try {
      return opened(stepFolder);
    } catch (IOException e) {
      throw new RunFailure(
          stepFolder + " is no complete checkpoint: " + reason(e),
          "resume from another one of the same run",
          e);
    }
  }

  static boolean isComplete(Path stepFolder) {
    try {
      opened(stepFolder);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Checkpoint opened(Path folder) throws IOException {
    Path file = folder.resolve(Manifest.FILE);
    if (!Files.isRegularFile(file)) {
      throw new IOException("it has no " + Manifest.FILE);
    }
    Manifest manifest;
    try {
      manifest = Manifest.parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IOException(Manifest.FILE + ": " + reason(e), e);
    }
    for (StoredFile stored : manifest.files()) {
      Path shard = folder.resolve(stored.file());
      if (!Files.isRegularFile(shard)) {
        throw new IOException("it has no " + stored.file());
      }
      if (Files.size(shard) != stored.size()) {
        throw new IOException(
            "%s is %d bytes long, not %d"
                .formatted(stored.file(), Files.size(shard), stored.size()));
      }
    }
    return new Checkpoint(folder, manifest);
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  public Path folder() {
    return folder;
  }

  /** Training steps that were done. */
  public long step() {
    return manifest.step();
  }

  /** What the writer wanted to be known about the run, ordered by name. */
  public Map<String, String> metadata() {
    return manifest.metadata();
  }

  /** All tensors, ordered by name. */
  public List<StoredTensor> tensors() {
    return manifest.tensors();
  }

  public Optional<StoredTensor> tensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /**
   * The values of a part of {@code tensor} in row-major order, put together from all pieces that
   * hold some of it; at most 2^31 - 1 of them at a time.
   *
   * @throws RunFailure if the checkpoint has no such part, or a file is damaged
   */
  public float[] read(String tensor, Box box) {
    StoredTensor stored =
        tensor(tensor).orElseThrow(() -> mismatch("has no tensor '" + tensor + "'"));
    if (!box.fits(stored.shape())) {
      throw mismatch("has '" + tensor + "' of shape " + stored.shape() + " and no box " + box);
    }
    float[] values = new float[Math.toIntExact(box.size())];
    List<Box> missing = box.isEmpty() ? List.of() : List.of(box);
    for (StoredPiece piece : stored.pieces()) {
      if (missing.stream().anyMatch(part -> part.overlap(piece.box()).isPresent())) {
        Box part = box.overlap(piece.box()).orElseThrow();
        reader(stored, piece).copy(piece.key(), piece.box(), part, values, box);
        missing = missing.stream().flatMap(rest -> rest.minus(part).stream()).toList();
      }
    }
    if (!missing.isEmpty()) {
      throw mismatch("holds nothing of '" + tensor + "' in " + missing.getFirst());
    }
    return values;
  }

  /**
   * Reads every file and checks it.
   *
   * @throws RunFailure if one is damaged
   */
  public void verify() {
    manifest.files().forEach(file -> intact(file.file()));
    for (StoredTensor tensor : manifest.tensors()) {
      tensor.pieces().forEach(piece -> reader(tensor, piece));
    }
  }

  /** A reader of the file with {@code piece}, which is there as the manifest says. */
  private SafetensorsReader reader(StoredTensor tensor, StoredPiece piece) {
    SafetensorsReader reader = intact(piece.file());
    SafetensorsTensor found = reader.tensor(piece.key()).orElse(null);
    if (found == null || found.dtype() != tensor.dtype() || !found.shape().equals(piece.length())) {
      throw damaged(piece.file(), "has no '" + piece.key() + "' as the manifest says");
    }
    return reader;
  }

  private SafetensorsReader intact(String file) {
    return intact.computeIfAbsent(file, this::checked);
  }

  private SafetensorsReader checked(String name) {
    StoredFile stored =
        manifest.files().stream().filter(f -> f.file().equals(name)).findFirst().orElseThrow();
    Path file = folder.resolve(name);
    FileDigest digest;
    try {
      digest = FileDigest.of(file);
    } catch (IOException e) {
      throw DurableFiles.cannotRead(file, e);
    }
    if (!digest.equals(new FileDigest(stored.size(), stored.crc32c()))) {
      throw damaged(name, "was changed after it was written: its checksum does not fit");
    }
    return SafetensorsReader.open(file);
  }

  private RunFailure damaged(String file, String message) {
    return new RunFailure(
        folder.resolve(file) + " " + message,
        "remove " + folder + " to resume from the checkpoint before",
        null);
  }

  private RunFailure mismatch(String message) {
    return new RunFailure(
        folder + " " + message, "was it written by a run of another model or optimizer?", null);
  }
}
