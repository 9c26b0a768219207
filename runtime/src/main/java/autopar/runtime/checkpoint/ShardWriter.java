package autopar.runtime.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes what one rank keeps in a checkpoint: one safetensors file, and a report for the rank that
 * commits. A piece that is a whole tensor has the tensor's name, a part of one {@code
 * name@offset,offset}; the file's metadata tells of each part the tensor, its shape and the offset.
 */
public final class ShardWriter {

  /** Other readers want to know whose conventions hold: shapes and names as PyTorch has them. */
  private static final Map<String, String> CONVENTIONS = Map.of("format", "pt");

  private ShardWriter() {}

  /**
   * Writes {@code pieces} into {@code folder}, which {@link CheckpointWriter#begin} made. Empty
   * boxes are left out, unless their tensor has no element at all. All is on the disk on return.
   *
   * @throws autopar.diagnostics.RunFailure if it cannot be written
   * @throws IllegalArgumentException if two pieces would have the same key
   */
  public static ShardReport write(Path folder, int rank, List<Piece> pieces) {
    List<SafetensorsEntry> entries = new ArrayList<>();
    List<ShardReport.Part> parts = new ArrayList<>();
    Map<String, String> metadata = new TreeMap<>(CONVENTIONS);
    for (Piece piece : pieces) {
      Box box = piece.box();
      Box whole = Box.whole(piece.shape());
      if (box.isEmpty() && !whole.isEmpty()) {
        continue;
      }
      String key = piece.tensor();
      if (!box.equals(whole)) {
        key += "@" + box.offset().stream().map(String::valueOf).collect(Collectors.joining(","));
        metadata.put(key, origin(piece));
      }
      entries.add(new SafetensorsEntry.Floats(key, piece.dtype(), box.length(), piece.data()));
      parts.add(
          new ShardReport.Part(
              piece.tensor(), piece.dtype(), piece.shape(), key, box.offset(), box.length()));
    }
    Path file = folder.resolve(CheckpointFolders.shard(rank));
    FileDigest digest = SafetensorsWriter.write(file, entries, metadata);
    ShardReport report =
        new ShardReport(CheckpointFolders.shard(rank), digest.size(), digest.crc32c(), parts);
    Path side = folder.resolve(CheckpointFolders.report(rank));
    try {
      DurableFiles.write(side, Utf8.encode(report.toJson()));
      DurableFiles.sync(folder);
    } catch (IOException e) {
      throw DurableFiles.cannotWrite(side, e);
    }
    return report;
  }

  private static String origin(Piece piece) {
    ObjectNode origin = new ObjectMapper().createObjectNode();
    origin.put("tensor", piece.tensor());
    piece.shape().forEach(origin.putArray("shape")::add);
    piece.box().offset().forEach(origin.putArray("offset")::add);
    return origin.toString();
  }
}
