package autopar.runtime.checkpoint;

import autopar.diagnostics.RunFailure;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads safetensors files. The header is read and checked when the file is opened, values when they
 * are asked for; no file stays open in between. Several threads may read at once.
 */
public final class SafetensorsReader {

  private final Path file;
  private final SafetensorsHeader header;
  private final long dataPosition;

  private SafetensorsReader(Path file, SafetensorsHeader header, long dataPosition) {
    this.file = file;
    this.header = header;
    this.dataPosition = dataPosition;
  }

  /**
   * @throws RunFailure if the file cannot be read or breaks the format; the message says where
   */
  public static SafetensorsReader open(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size < Long.BYTES) {
        throw damaged(file, size + " bytes are too few for the length of a header");
      }
      long length = read(channel, 0, Long.BYTES).getLong();
      if (length < 0 || length > SafetensorsHeader.LONGEST) {
        throw damaged(
            file,
            "byte 0: a header of %s bytes, more than %d"
                .formatted(Long.toUnsignedString(length), SafetensorsHeader.LONGEST));
      }
      long dataPosition = Long.BYTES + length;
      if (dataPosition > size) {
        throw damaged(file, "byte 0: a header of " + length + " bytes in a file of " + size);
      }
      byte[] text = read(channel, Long.BYTES, (int) length).array();
      return new SafetensorsReader(
          file, SafetensorsHeader.parse(text, size - dataPosition), dataPosition);
    } catch (SafetensorsHeader.Malformed e) {
      throw damaged(file, e.getMessage());
    } catch (IOException e) {
      throw DurableFiles.cannotRead(file, e);
    }
  }

  /** All tensors in the order of their data. */
  public List<SafetensorsTensor> tensors() {
    return List.copyOf(header.tensors().values());
  }

  public Optional<SafetensorsTensor> tensor(String name) {
    return Optional.ofNullable(header.tensors().get(name));
  }

  /** The strings beside the tensors. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * The values of an F32, BF16 or F16 tensor in row-major order, widened to fp32.
   *
   * @throws RunFailure if there is no such tensor, it has another dtype, or the file has changed
   */
  public float[] floats(String name) {
    SafetensorsTensor tensor = required(name);
    Box whole = Box.whole(tensor.shape());
    float[] values = new float[elements(tensor)];
    copy(name, whole, whole, values, whole);
    return values;
  }

  /**
   * The values of an I64 tensor in row-major order.
   *
   * @throws RunFailure as {@link #floats}
   */
  public long[] longs(String name) {
    SafetensorsTensor tensor = required(name);
    if (tensor.dtype() != StoredDtype.I64) {
      throw damaged(file, "'" + name + "' is " + tensor.dtype() + ", not I64");
    }
    long[] values = new long[elements(tensor)];
    try (FileChannel channel = FileChannel.open(file)) {
      StoredValues stored = new StoredValues(channel, tensor.dtype(), dataPosition + tensor.end());
      stored.longs(dataPosition + tensor.begin(), values);
    } catch (IOException e) {
      throw DurableFiles.cannotRead(file, e);
    }
    return values;
  }

  /**
   * Copies {@code part} out of a tensor that is the box {@code stored} of a larger one into {@code
   * target}, which is the box {@code wanted} of it; both hold {@code part}.
   */
  void copy(String name, Box stored, Box part, float[] target, Box wanted) {
    SafetensorsTensor tensor = required(name);
    if (!tensor.dtype().isReadAsFloats()) {
      throw damaged(file, "'" + name + "' is " + tensor.dtype() + ", which is not read as floats");
    }
    long begin = dataPosition + tensor.begin();
    int bytes = tensor.dtype().bytes();
    try (FileChannel channel = FileChannel.open(file)) {
      BoxRuns runs = new BoxRuns(part, stored, wanted);
      StoredValues values =
          new StoredValues(channel, tensor.dtype(), begin + runs.sourceEnd() * bytes);
      while (runs.next()) {
        values.floats(begin + runs.source() * bytes, target, runs.target(), runs.length());
      }
    } catch (IOException e) {
      throw DurableFiles.cannotRead(file, e);
    }
  }

  private SafetensorsTensor required(String name) {
    return tensor(name).orElseThrow(() -> damaged(file, "there is no tensor '" + name + "' in it"));
  }

  private int elements(SafetensorsTensor tensor) {
    long elements = (tensor.end() - tensor.begin()) / tensor.dtype().bytes();
    if (elements > Integer.MAX_VALUE - 8) {
      throw damaged(file, "'" + tensor.name() + "' is too large to be read at once");
    }
    return (int) elements;
  }

  private static ByteBuffer read(FileChannel channel, long position, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("file became shorter");
      }
    }
    return buffer.flip();
  }

  private static RunFailure damaged(Path file, String message) {
    return new RunFailure(
        file + ": " + message, "the file is damaged, cut short or of another kind", null);
  }
}
