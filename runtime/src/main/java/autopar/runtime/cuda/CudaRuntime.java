package autopar.runtime.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The functions of the CUDA runtime that measurements need, of versions 11 to 13. Sizes are bytes.
 * Those that speak of a device mean the one that {@link #use} named last. One thread calls.
 */
final class CudaRuntime {
  static final String HINT =
      "install the CUDA runtime, cuBLAS and NCCL, with the CUDA toolkit or as Python wheels:"
          + " pip install nvidia-cuda-runtime nvidia-cublas nvidia-nccl-cu13; or name their folder"
          + " with --libraries";

  private static final List<String> NAMES =
      List.of("libcudart.so.13", "libcudart.so.12", "libcudart.so.11.0", "libcudart.so");

  static final int CLOCK_KILOHERTZ = 13;
  static final int MULTIPROCESSORS = 16;
  static final int CAPABILITY_MAJOR = 75;
  static final int CAPABILITY_MINOR = 76;

  /** Directions of a copy. */
  enum Direction {
    TO_DEVICE(1),
    TO_HOST(2),
    IN_DEVICE(3);

    private final int kind;

    Direction(int kind) {
      this.kind = kind;
    }
  }

  private static final int STREAM_NON_BLOCKING = 1;
  private static final int HOST_ALLOC_DEFAULT = 0;

  private final IntFunction<String> texts;
  private final MemorySegment cell = Arena.ofAuto().allocate(ADDRESS);
  private final MemorySegment second = Arena.ofAuto().allocate(ADDRESS);
  private final MethodHandle count;
  private final MethodHandle use;
  private final MethodHandle attribute;
  private final MethodHandle memory;
  private final MethodHandle allocate;
  private final MethodHandle free;
  private final MethodHandle allocateHost;
  private final MethodHandle freeHost;
  private final MethodHandle copy;
  private final MethodHandle fill;
  private final MethodHandle createStream;
  private final MethodHandle destroyStream;
  private final MethodHandle awaitStream;
  private final MethodHandle createEvent;
  private final MethodHandle destroyEvent;
  private final MethodHandle recordEvent;
  private final MethodHandle awaitEvent;
  private final MethodHandle elapsed;

  private CudaRuntime(Functions library) {
    texts = library.texts("cudaGetErrorString");
    count = library.function("cudaGetDeviceCount", ADDRESS);
    use = library.function("cudaSetDevice", JAVA_INT);
    attribute = library.function("cudaDeviceGetAttribute", ADDRESS, JAVA_INT, JAVA_INT);
    memory = library.function("cudaMemGetInfo", ADDRESS, ADDRESS);
    allocate = library.function("cudaMalloc", ADDRESS, JAVA_LONG);
    free = library.function("cudaFree", ADDRESS);
    allocateHost = library.function("cudaHostAlloc", ADDRESS, JAVA_LONG, JAVA_INT);
    freeHost = library.function("cudaFreeHost", ADDRESS);
    copy = library.function("cudaMemcpyAsync", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS);
    fill = library.function("cudaMemsetAsync", ADDRESS, JAVA_INT, JAVA_LONG, ADDRESS);
    createStream = library.function("cudaStreamCreateWithFlags", ADDRESS, JAVA_INT);
    destroyStream = library.function("cudaStreamDestroy", ADDRESS);
    awaitStream = library.function("cudaStreamSynchronize", ADDRESS);
    createEvent = library.function("cudaEventCreate", ADDRESS);
    destroyEvent = library.function("cudaEventDestroy", ADDRESS);
    recordEvent = library.function("cudaEventRecord", ADDRESS, ADDRESS);
    awaitEvent = library.function("cudaEventSynchronize", ADDRESS);
    elapsed = library.function("cudaEventElapsedTime", ADDRESS, ADDRESS, ADDRESS);
  }

  static CudaRuntime open(LibraryPath path) {
    return new CudaRuntime(Functions.open(path, "The CUDA runtime", NAMES, HINT));
  }

  int deviceCount() {
    checked("cudaGetDeviceCount", () -> (int) count.invokeExact(cell));
    return cell.get(JAVA_INT, 0);
  }

  void use(int device) {
    checked("cudaSetDevice", () -> (int) use.invokeExact(device));
  }

  int attribute(int which, int device) {
    checked("cudaDeviceGetAttribute", () -> (int) attribute.invokeExact(cell, which, device));
    return cell.get(JAVA_INT, 0);
  }

  /** Bytes of a device. */
  record Memory(long free, long total) {}

  Memory memory() {
    checked("cudaMemGetInfo", () -> (int) memory.invokeExact(cell, second));
    return new Memory(cell.get(JAVA_LONG, 0), second.get(JAVA_LONG, 0));
  }

  /** An address of the device, which the host cannot read. */
  MemorySegment allocate(long bytes) {
    checked("cudaMalloc", () -> (int) allocate.invokeExact(cell, bytes));
    return cell.get(ADDRESS, 0);
  }

  void free(MemorySegment address) {
    checked("cudaFree", () -> (int) free.invokeExact(address));
  }

  /** Memory of the host that never moves, so that a device copies it at full speed. */
  MemorySegment allocateHost(long bytes) {
    checked("cudaHostAlloc", () -> (int) allocateHost.invokeExact(cell, bytes, HOST_ALLOC_DEFAULT));
    return cell.get(ADDRESS, 0).reinterpret(bytes);
  }

  void freeHost(MemorySegment address) {
    checked("cudaFreeHost", () -> (int) freeHost.invokeExact(address));
  }

  void copy(
      MemorySegment to, MemorySegment from, long bytes, Direction direction, MemorySegment stream) {
    checked(
        "cudaMemcpyAsync", () -> (int) copy.invokeExact(to, from, bytes, direction.kind, stream));
  }

  /** Writes zeros. */
  void clear(MemorySegment to, long bytes, MemorySegment stream) {
    checked("cudaMemsetAsync", () -> (int) fill.invokeExact(to, 0, bytes, stream));
  }

  MemorySegment createStream() {
    checked(
        "cudaStreamCreateWithFlags",
        () -> (int) createStream.invokeExact(cell, STREAM_NON_BLOCKING));
    return cell.get(ADDRESS, 0);
  }

  void destroyStream(MemorySegment stream) {
    checked("cudaStreamDestroy", () -> (int) destroyStream.invokeExact(stream));
  }

  void awaitStream(MemorySegment stream) {
    checked("cudaStreamSynchronize", () -> (int) awaitStream.invokeExact(stream));
  }

  MemorySegment createEvent() {
    checked("cudaEventCreate", () -> (int) createEvent.invokeExact(cell));
    return cell.get(ADDRESS, 0);
  }

  void destroyEvent(MemorySegment event) {
    checked("cudaEventDestroy", () -> (int) destroyEvent.invokeExact(event));
  }

  void recordEvent(MemorySegment event, MemorySegment stream) {
    checked("cudaEventRecord", () -> (int) recordEvent.invokeExact(event, stream));
  }

  void awaitEvent(MemorySegment event) {
    checked("cudaEventSynchronize", () -> (int) awaitEvent.invokeExact(event));
  }

  /** Seconds between two events that are over. */
  double elapsed(MemorySegment start, MemorySegment end) {
    checked("cudaEventElapsedTime", () -> (int) elapsed.invokeExact(cell, start, end));
    return cell.get(JAVA_FLOAT, 0) / 1e3;
  }

  private void checked(String name, Functions.Call call) {
    Functions.checked(name, texts, call);
  }
}
