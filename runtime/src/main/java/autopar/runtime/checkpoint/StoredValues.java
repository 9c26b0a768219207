package autopar.runtime.checkpoint;

import autopar.diagnostics.CompilerBug;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** Little-endian values of one dtype in a file, read through a window that only moves forward. */
final class StoredValues {

  private static final int WINDOW_BYTES = 1 << 20;

  /** Short runs that are close together share a window; far apart they waste little of it. */
  private static final int SMALL_WINDOW_BYTES = 1 << 16;

  private final FileChannel channel;
  private final StoredDtype dtype;
  private final long end;
  private ByteBuffer window = ByteBuffer.allocate(0);
  private long windowPosition;

  /** Nothing at or after position {@code end} of the file will be asked for. */
  StoredValues(FileChannel channel, StoredDtype dtype, long end) {
    this.channel = channel;
    this.dtype = dtype;
    this.end = end;
  }

  /** {@code count} values from byte {@code position} of the file on. */
  void floats(long position, float[] target, int from, int count) throws IOException {
    for (int done = 0; done < count; ) {
      int ready = moveTo(position + (long) done * dtype.bytes(), count - done);
      widen(target, from + done, ready);
      done += ready;
    }
  }

  void longs(long position, long[] target) throws IOException {
    for (int done = 0; done < target.length; ) {
      int ready = moveTo(position + (long) done * Long.BYTES, target.length - done);
      window.asLongBuffer().get(target, done, ready);
      done += ready;
    }
  }

  private void widen(float[] target, int from, int count) {
    switch (dtype) {
      case F32 -> window.asFloatBuffer().get(target, from, count);
      case BF16 -> {
        for (int i = from; i < from + count; i++) {
          target[i] = BFloat16.widen(window.getShort());
        }
      }
      case F16 -> {
        for (int i = from; i < from + count; i++) {
          target[i] = Float.float16ToFloat(window.getShort());
        }
      }
      case F64, I64, U64, I32, U32, I16, U16, F8_E4M3, F8_E5M2, I8, U8, BOOL ->
          throw new CompilerBug("reading of values", dtype.name(), "is not read as floats");
    }
  }

  /** Sets the window to {@code position}; returns how many of {@code count} values it holds. */
  private int moveTo(long position, int count) throws IOException {
    long inside = position - windowPosition;
    if (inside < 0 || inside + dtype.bytes() > window.limit()) {
      fill(position, (long) count * dtype.bytes());
      inside = 0;
    }
    window.position((int) inside);
    return Math.min(count, window.remaining() / dtype.bytes());
  }

  private void fill(long position, long wanted) throws IOException {
    long useful = Math.min(WINDOW_BYTES, Math.max(SMALL_WINDOW_BYTES, wanted));
    int bytes = (int) Math.min(useful, end - position);
    if (window.capacity() < bytes) {
      window = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    window.clear().limit(bytes);
    while (window.hasRemaining()) {
      if (channel.read(window, position + window.position()) < 0) {
        throw new EOFException("file became shorter");
      }
    }
    windowPosition = position;
  }
}
