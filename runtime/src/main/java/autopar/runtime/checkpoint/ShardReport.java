package autopar.runtime.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;

/**
 * What one rank wrote for a checkpoint.
 *
 * @param file name of the file
 * @param size bytes of the file
 * @param crc32c its checksum, as in {@link FileDigest}
 * @param pieces what is in it
 */
public record ShardReport(String file, long size, String crc32c, List<Part> pieces) {

  /** One piece: the tensor that it is a box of, and its key in the file. */
  public record Part(
      String tensor,
      StoredDtype dtype,
      List<Long> shape,
      String key,
      List<Long> offset,
      List<Long> length) {
    public Part {
      shape = List.copyOf(shape);
      Box box = new Box(offset, length);
      offset = box.offset();
      length = box.length();
    }
  }

  public ShardReport {
    pieces = List.copyOf(pieces);
  }

  /** As JSON, on one line. */
  public String toJson() {
    return CheckpointJson.compact(this);
  }

  /**
   * The report that {@code json} holds.
   *
   * @throws IllegalArgumentException if it holds none
   */
  public static ShardReport fromJson(String json) {
    try {
      return CheckpointJson.parse(json, ShardReport.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("no report of a shard: " + e.getOriginalMessage(), e);
    }
  }
}
