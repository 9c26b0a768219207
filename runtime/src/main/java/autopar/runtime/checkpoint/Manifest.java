package autopar.runtime.checkpoint;

import autopar.diagnostics.CompilerBug;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The table of contents of a checkpoint, the last file that is written.
 *
 * @param step training steps done
 * @param metadata what the caller wants to know about the run, by name
 * @param tensors by name
 */
record Manifest(
    String format,
    int version,
    long step,
    SortedMap<String, String> metadata,
    List<StoredFile> files,
    List<StoredTensor> tensors) {

  static final String FILE = "manifest.json";

  private static final String FORMAT = "autopar-checkpoint";
  private static final int VERSION = 1;

  /** What every text of this format has, whatever its version. */
  private record Kind(String format, int version) {}

  Manifest {
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    files = List.copyOf(files);
    tensors = List.copyOf(tensors);
  }

  /** The manifest of what {@code reports} say was written. */
  static Manifest of(long step, Map<String, String> metadata, List<ShardReport> reports) {
    List<StoredFile> files = new ArrayList<>();
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    for (ShardReport report : reports) {
      files.add(new StoredFile(report.file(), report.size(), report.crc32c()));
      for (ShardReport.Part part : report.pieces()) {
        StoredPiece piece =
            new StoredPiece(report.file(), part.key(), part.offset(), part.length());
        StoredTensor one =
            new StoredTensor(part.tensor(), part.dtype(), part.shape(), List.of(piece));
        tensors.merge(part.tensor(), one, Manifest::joined);
      }
    }
    return new Manifest(
        FORMAT, VERSION, step, new TreeMap<>(metadata), files, List.copyOf(tensors.values()));
  }

  private static StoredTensor joined(StoredTensor a, StoredTensor b) {
    if (a.dtype() != b.dtype() || !a.shape().equals(b.shape())) {
      throw new CompilerBug(
          "checkpoint",
          a.name(),
          "ranks disagree: %s %s and %s %s".formatted(a.dtype(), a.shape(), b.dtype(), b.shape()));
    }
    List<StoredPiece> pieces = new ArrayList<>(a.pieces());
    pieces.addAll(b.pieces());
    return new StoredTensor(a.name(), a.dtype(), a.shape(), pieces);
  }

  byte[] text() {
    return CheckpointJson.sealed(this);
  }

  /**
   * Reads and checks what {@link #text} wrote.
   *
   * @throws IOException if the text is damaged, of another kind or contradicts itself
   */
  static Manifest parse(byte[] bytes) throws IOException {
    String text = CheckpointJson.unsealed(bytes);
    try {
      Kind kind = CheckpointJson.parse(text, Kind.class);
      if (!kind.format().equals(FORMAT) || kind.version() != VERSION) {
        throw new IOException(
            "it is '%s' of version %d; only '%s' of version %d can be read"
                .formatted(kind.format(), kind.version(), FORMAT, VERSION));
      }
      Manifest manifest = CheckpointJson.parse(text, Manifest.class);
      manifest.check();
      return manifest;
    } catch (JsonProcessingException e) {
      throw new IOException("it is no manifest: " + e.getOriginalMessage(), e);
    }
  }

  /** Names of files stay inside the folder, and every tensor is all there. */
  void check() throws IOException {
    Set<String> known = new HashSet<>();
    for (StoredFile file : files) {
      if (!CheckpointFolders.isShard(file.file()) || !known.add(file.file())) {
        throw new IOException("'" + file.file() + "' is no file of a checkpoint");
      }
    }
    for (StoredTensor tensor : tensors) {
      Box whole = Box.whole(tensor.shape());
      List<Box> missing = whole.isEmpty() ? List.of() : List.of(whole);
      for (StoredPiece piece : tensor.pieces()) {
        if (!piece.box().fits(tensor.shape()) || !known.contains(piece.file())) {
          throw new IOException("'" + tensor.name() + "' has no piece " + piece);
        }
        missing = missing.stream().flatMap(box -> box.minus(piece.box()).stream()).toList();
      }
      if (!missing.isEmpty()) {
        throw new IOException(
            "no rank wrote %s of '%s' %s"
                .formatted(missing.getFirst(), tensor.name(), tensor.shape()));
      }
    }
  }
}
