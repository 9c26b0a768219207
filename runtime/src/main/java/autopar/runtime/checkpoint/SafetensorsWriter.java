package autopar.runtime.checkpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * Writes safetensors files (huggingface.co/docs/safetensors): the length of the header, the header
 * in JSON, padded with spaces so that the data begins at a multiple of 8, then the data without
 * holes, all little-endian. Tensors come in falling size of their elements, then by name, so that
 * each is aligned; the same tensors give the same bytes.
 */
public final class SafetensorsWriter {

  /** The key of the header that is no tensor. */
  static final String METADATA = "__metadata__";

  private static final int CHUNK_BYTES = 1 << 22;

  private static final Comparator<SafetensorsEntry> FILE_ORDER =
      Comparator.comparingInt((SafetensorsEntry entry) -> -entry.dtype().bytes())
          .thenComparing(SafetensorsEntry::name);

  private final FileChannel channel;
  private final ByteBuffer chunk;
  private final CRC32C checksum = new CRC32C();
  private long size;

  private SafetensorsWriter(FileChannel channel, ByteBuffer chunk) {
    this.channel = channel;
    this.chunk = chunk;
  }

  /**
   * Writes a new file and waits until the disk has it.
   *
   * @param metadata strings for the reader, beside the tensors
   * @throws autopar.diagnostics.RunFailure if the file exists or cannot be written
   * @throws IllegalArgumentException if two entries share a name, or a name is no Unicode text
   */
  public static FileDigest write(
      Path file, List<? extends SafetensorsEntry> entries, Map<String, String> metadata) {
    List<? extends SafetensorsEntry> ordered = entries.stream().sorted(FILE_ORDER).toList();
    byte[] header = header(ordered, new TreeMap<>(metadata));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long bytes = header.length + ordered.stream().mapToLong(SafetensorsWriter::dataBytes).sum();
      int chunkBytes = (int) Math.min(bytes + Long.BYTES, CHUNK_BYTES);
      ByteBuffer chunk = ByteBuffer.allocateDirect(chunkBytes).order(ByteOrder.LITTLE_ENDIAN);
      SafetensorsWriter writer = new SafetensorsWriter(channel, chunk);
      writer.header(header);
      for (SafetensorsEntry entry : ordered) {
        writer.data(entry);
      }
      writer.flush();
      channel.force(true);
      return new FileDigest(writer.size, FileDigest.hex(writer.checksum));
    } catch (IOException e) {
      throw DurableFiles.cannotWrite(file, e);
    }
  }

  private static byte[] header(
      List<? extends SafetensorsEntry> entries, Map<String, String> metadata) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode strings = root.putObject(METADATA);
      metadata.forEach(strings::put);
    }
    long begin = 0;
    for (SafetensorsEntry entry : entries) {
      if (root.has(entry.name()) || entry.name().equals(METADATA)) {
        throw new IllegalArgumentException("a second tensor '" + entry.name() + "' in one file");
      }
      long end = Math.addExact(begin, dataBytes(entry));
      ObjectNode tensor = root.putObject(entry.name());
      tensor.put("dtype", entry.dtype().name());
      entry.shape().forEach(tensor.putArray("shape")::add);
      tensor.putArray("data_offsets").add(begin).add(end);
      begin = end;
    }
    byte[] text = Utf8.encode(root.toString());
    byte[] padded = Arrays.copyOf(text, (text.length + 7) / 8 * 8);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    if (padded.length > SafetensorsHeader.LONGEST) {
      throw new IllegalArgumentException(
          "a header of " + padded.length + " bytes is more than readers accept");
    }
    return padded;
  }

  private static long dataBytes(SafetensorsEntry entry) {
    return Math.multiplyExact(Box.whole(entry.shape()).size(), (long) entry.dtype().bytes());
  }

  private void header(byte[] header) throws IOException {
    chunk.putLong(header.length);
    for (int from = 0; from < header.length; ) {
      int count = Math.min(room(1), header.length - from);
      chunk.put(header, from, count);
      from += count;
    }
  }

  private void data(SafetensorsEntry entry) throws IOException {
    switch (entry) {
      case SafetensorsEntry.Floats floats -> floats(floats.values(), floats.dtype());
      case SafetensorsEntry.Longs longs -> longs(longs.values());
    }
  }

  private void floats(float[] values, StoredDtype dtype) throws IOException {
    for (int from = 0; from < values.length; ) {
      int count = Math.min(room(dtype.bytes()), values.length - from);
      if (dtype == StoredDtype.F32) {
        chunk.asFloatBuffer().put(values, from, count);
        chunk.position(chunk.position() + count * Float.BYTES);
      } else {
        for (int i = from; i < from + count; i++) {
          chunk.putShort(BFloat16.round(values[i]));
        }
      }
      from += count;
    }
  }

  private void longs(long[] values) throws IOException {
    for (long value : values) {
      room(Long.BYTES);
      chunk.putLong(value);
    }
  }

  /** How many elements of {@code bytes} fit into the chunk now: at least one. */
  private int room(int bytes) throws IOException {
    if (chunk.remaining() < bytes) {
      flush();
    }
    return chunk.remaining() / bytes;
  }

  private void flush() throws IOException {
    chunk.flip();
    checksum.update(chunk.duplicate());
    size += chunk.remaining();
    while (chunk.hasRemaining()) {
      channel.write(chunk);
    }
    chunk.clear();
  }
}
