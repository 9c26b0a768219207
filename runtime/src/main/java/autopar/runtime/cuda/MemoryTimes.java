package autopar.runtime.cuda;

import autopar.runtime.cuda.CudaRuntime.Direction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Copies in and out of the memory of the first GPU, and the gap between its kernels. */
public final class MemoryTimes {
  private static final long LEAST_BYTES = 256L << 10;
  private static final long MOST_BYTES = 1L << 30;

  /** The next size is so many times as large. */
  private static final int STEP = 4;

  /** Part of the free memory that each side of copies may take. */
  private static final double MEMORY_PART = 0.3;

  private static final long HOST_BYTES = 256L << 20;
  private static final long TINY_BYTES = 4;

  private final Gpu gpu;
  private final Stopwatch stopwatch;

  public MemoryTimes(Gpus gpus) {
    gpu = gpus.first();
    stopwatch = new Stopwatch(List.of(gpu));
  }

  /**
   * Copies inside the memory, from small to large. Each begins where the last one ended, so that
   * small ones do not find their bytes in the cache.
   */
  public List<CopyTime> copies() {
    int held = gpu.held();
    long side = side();
    MemorySegment from = gpu.allocate(side);
    MemorySegment to = gpu.allocate(side);
    List<CopyTime> times = new ArrayList<>();
    for (long bytes = LEAST_BYTES; bytes <= side; bytes *= STEP) {
      long size = bytes;
      long[] at = {0};
      times.add(
          new CopyTime(
              size,
              stopwatch.seconds(() -> {
                gpu.copy(offset(to, at[0]), offset(from, at[0]), size, Direction.IN_DEVICE);
                at[0] = at[0] + 2 * size <= side ? at[0] + size : 0;
              })));
    }
    gpu.release(held);
    return times;
  }

  private long side() {
    long most = (long) (gpu.freeBytes() * MEMORY_PART);
    long side = LEAST_BYTES;
    while (side * STEP <= Math.min(most, MOST_BYTES)) {
      side *= STEP;
    }
    return side;
  }

  private static MemorySegment offset(MemorySegment address, long bytes) {
    return MemorySegment.ofAddress(address.address() + bytes);
  }

  /** Seconds from one kernel that does almost nothing to the next. */
  public double launchSeconds() {
    int held = gpu.held();
    MemorySegment cell = gpu.allocate(TINY_BYTES);
    double seconds = stopwatch.seconds(() -> gpu.clear(cell, TINY_BYTES));
    gpu.release(held);
    return seconds;
  }

  /**
   * Bytes per second between a GPU and pinned host memory.
   *
   * @param toDevice what a device reads
   * @param toHost what it writes
   */
  public record HostLink(double toDevice, double toHost) {
    /** The slower direction. */
    public double slower() {
      return Math.min(toDevice, toHost);
    }
  }

  /** The link of the first GPU while the others are idle. */
  public HostLink hostLink() {
    int held = gpu.held();
    MemorySegment host = gpu.allocateHost(HOST_BYTES);
    MemorySegment device = gpu.allocate(HOST_BYTES);
    double in = stopwatch.seconds(() -> gpu.copy(device, host, HOST_BYTES, Direction.TO_DEVICE));
    double out = stopwatch.seconds(() -> gpu.copy(host, device, HOST_BYTES, Direction.TO_HOST));
    gpu.release(held);
    return new HostLink(HOST_BYTES / in, HOST_BYTES / out);
  }
}
