package autopar.runtime.cuda;

import autopar.runtime.cuda.CudaRuntime.Direction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One GPU with a stream and two events. What it allocates is freed in the reverse order, one by one
 * or at the end.
 */
final class Gpu implements AutoCloseable {
  /** Bytes of one piece of the work that keeps a GPU busy. */
  private static final long FILLED_BYTES = 256L << 20;

  /** Fills that are timed to know how long one takes. */
  private static final int FILLS = 20;

  private static final int MOST_FILLS = 500;

  private final CudaRuntime runtime;
  private final int ordinal;
  private final GpuModel model;
  private final Deque<Runnable> releases = new ArrayDeque<>();
  private final MemorySegment stream;
  private final MemorySegment start;
  private final MemorySegment end;
  private final MemorySegment filled;
  private final double fillSeconds;

  Gpu(CudaRuntime runtime, int ordinal, GpuModel model) {
    this.runtime = runtime;
    this.ordinal = ordinal;
    this.model = model;
    use();
    try {
      stream = runtime.createStream();
      releases.push(() -> runtime.destroyStream(stream));
      start = event();
      end = event();
      filled = allocate(FILLED_BYTES);
      fillSeconds = timedFill();
    } catch (RuntimeException failure) {
      release(failure);
      throw failure;
    }
  }

  private MemorySegment event() {
    MemorySegment event = runtime.createEvent();
    releases.push(() -> runtime.destroyEvent(event));
    return event;
  }

  private double timedFill() {
    fill(FILLS);
    mark();
    fill(FILLS);
    return markedSeconds() / FILLS;
  }

  private void fill(int times) {
    for (int i = 0; i < times; i++) {
      runtime.clear(filled, FILLED_BYTES, stream);
    }
  }

  GpuModel model() {
    return model;
  }

  int ordinal() {
    return ordinal;
  }

  MemorySegment stream() {
    return stream;
  }

  /** Calls that follow mean this device. */
  void use() {
    runtime.use(ordinal);
  }

  /** Bytes that can be allocated now. */
  long freeBytes() {
    use();
    return runtime.memory().free();
  }

  /** Device memory, freed with this GPU or as {@link #release(int)} says. */
  MemorySegment allocate(long bytes) {
    use();
    MemorySegment address = runtime.allocate(bytes);
    releases.push(() -> runtime.free(address));
    return address;
  }

  /** Pinned host memory, freed likewise. */
  MemorySegment allocateHost(long bytes) {
    use();
    MemorySegment address = runtime.allocateHost(bytes);
    releases.push(() -> runtime.freeHost(address));
    return address;
  }

  /** Does {@code release} when this GPU's own things are given back, as {@link #allocate} does. */
  void hold(Runnable release) {
    releases.push(release);
  }

  /** How much is held, for {@link #release(int)}. */
  int held() {
    return releases.size();
  }

  /** Gives back what came since {@code held} things were there, when all that is queued is over. */
  void release(int held) {
    use();
    runtime.awaitStream(stream);
    while (releases.size() > held) {
      releases.pop().run();
    }
  }

  /** Queues a copy. */
  void copy(MemorySegment to, MemorySegment from, long bytes, Direction direction) {
    runtime.copy(to, from, bytes, direction, stream);
  }

  /** Queues zeros. */
  void clear(MemorySegment to, long bytes) {
    runtime.clear(to, bytes, stream);
  }

  /** Queues work of at least {@code seconds}, so that what follows it waits in a full queue. */
  void occupy(double seconds) {
    use();
    fill((int) Math.min(MOST_FILLS, Math.ceil(seconds / fillSeconds)));
  }

  /** Queues the start of what {@link #markedSeconds} times. */
  void mark() {
    use();
    runtime.recordEvent(start, stream);
  }

  /** Queues its end. */
  void markEnd() {
    use();
    runtime.recordEvent(end, stream);
  }

  /** Waits for the end. */
  double marked() {
    use();
    runtime.awaitEvent(end);
    return runtime.elapsed(start, end);
  }

  private double markedSeconds() {
    markEnd();
    return marked();
  }

  /** Waits for all that is queued. */
  void await() {
    use();
    runtime.awaitStream(stream);
  }

  @Override
  public void close() {
    release(0);
  }

  /** Frees all after a failure; what fails too is told beside it. */
  private void release(RuntimeException failure) {
    while (!releases.isEmpty()) {
      try {
        releases.pop().run();
      } catch (RuntimeException another) {
        failure.addSuppressed(another);
      }
    }
  }
}
