package autopar.runtime.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** The functions of NCCL that collectives of one process need. Elements are of two bytes. */
final class Nccl {
  static final String HINT =
      "install NCCL, on Debian and Ubuntu with NVIDIA's repository: apt-get install libnccl2; or as"
          + " a Python wheel: pip install nvidia-nccl-cu13";

  private static final List<String> NAMES = List.of("libnccl.so.2", "libnccl.so");

  /** Bytes of one element. */
  static final int ELEMENT_BYTES = 2;

  private static final int HALF = 6;
  private static final int SUM = 0;

  private final IntFunction<String> texts;
  private final MethodHandle initialize;
  private final MethodHandle destroy;
  private final MethodHandle start;
  private final MethodHandle end;
  private final MethodHandle allReduce;
  private final MethodHandle allGather;
  private final MethodHandle reduceScatter;
  private final MethodHandle send;
  private final MethodHandle receive;

  private Nccl(Functions library) {
    texts = library.texts("ncclGetErrorString");
    initialize = library.function("ncclCommInitAll", ADDRESS, JAVA_INT, ADDRESS);
    destroy = library.function("ncclCommDestroy", ADDRESS);
    start = library.function("ncclGroupStart");
    end = library.function("ncclGroupEnd");
    allReduce =
        library.function(
            "ncclAllReduce", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    allGather =
        library.function("ncclAllGather", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);
    reduceScatter =
        library.function(
            "ncclReduceScatter", ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    send = library.function("ncclSend", ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    receive =
        library.function("ncclRecv", ADDRESS, JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  }

  static Optional<Nccl> find(LibraryPath path) {
    return Functions.find(path, "NCCL", NAMES, HINT).map(Nccl::new);
  }

  /** A communicator for each of these devices, in their order. */
  List<MemorySegment> communicators(List<Integer> devices) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment cells = arena.allocate(ADDRESS, devices.size());
      MemorySegment ordinals =
          arena.allocateFrom(JAVA_INT, devices.stream().mapToInt(Integer::intValue).toArray());
      int size = devices.size();
      checked("ncclCommInitAll", () -> (int) initialize.invokeExact(cells, size, ordinals));
      List<MemorySegment> communicators = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        communicators.add(cells.getAtIndex(ADDRESS, i));
      }
      return communicators;
    }
  }

  void destroy(MemorySegment communicator) {
    checked("ncclCommDestroy", () -> (int) destroy.invokeExact(communicator));
  }

  /** Until {@link #end}, calls for several communicators of one thread wait for each other. */
  void start() {
    checked("ncclGroupStart", () -> (int) start.invokeExact());
  }

  void end() {
    checked("ncclGroupEnd", () -> (int) end.invokeExact());
  }

  void allReduce(
      MemorySegment from, MemorySegment to, long count, MemorySegment comm, MemorySegment stream) {
    checked(
        "ncclAllReduce",
        () -> (int) allReduce.invokeExact(from, to, count, HALF, SUM, comm, stream));
  }

  /** {@code count} elements of each rank. */
  void allGather(
      MemorySegment from, MemorySegment to, long count, MemorySegment comm, MemorySegment stream) {
    checked(
        "ncclAllGather", () -> (int) allGather.invokeExact(from, to, count, HALF, comm, stream));
  }

  /** {@code count} elements for each rank. */
  void reduceScatter(
      MemorySegment from, MemorySegment to, long count, MemorySegment comm, MemorySegment stream) {
    checked(
        "ncclReduceScatter",
        () -> (int) reduceScatter.invokeExact(from, to, count, HALF, SUM, comm, stream));
  }

  void send(MemorySegment from, long count, int peer, MemorySegment comm, MemorySegment stream) {
    checked("ncclSend", () -> (int) send.invokeExact(from, count, HALF, peer, comm, stream));
  }

  void receive(MemorySegment to, long count, int peer, MemorySegment comm, MemorySegment stream) {
    checked("ncclRecv", () -> (int) receive.invokeExact(to, count, HALF, peer, comm, stream));
  }

  private void checked(String name, Functions.Call call) {
    Functions.checked(name, texts, call);
  }
}
