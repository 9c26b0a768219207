package autopar.runtime.mpi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Native memory for the data of one call, kept for the next one and grown where it is short. */
final class StagingBuffer {

  private static final long ALIGNMENT = 64;
  private static final long SMALLEST = 4096;

  private MemorySegment memory = MemorySegment.NULL;

  /** Room for {@code count} floats; what was there is gone. */
  MemorySegment of(int count) {
    long bytes = Math.max(SMALLEST, (long) count * Float.BYTES);
    if (memory.byteSize() < bytes) {
      memory = Arena.ofAuto().allocate(bytes, ALIGNMENT);
    }
    return memory;
  }

  /** The first {@code count} elements of {@code data}. */
  MemorySegment holding(float[] data, int count) {
    MemorySegment room = of(count);
    MemorySegment.copy(data, 0, room, ValueLayout.JAVA_FLOAT, 0, count);
    return room;
  }
}
