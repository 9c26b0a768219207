package autopar.runtime.mpi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import autopar.diagnostics.RunFailure;
import autopar.ir.op.StatisticsRounds.Combine;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The functions of Open MPI 4 and 5 that a transport needs. Handles of that library are addresses
 * of global symbols and of objects, so that no shim in C is needed; those of MPICH are numbers, and
 * it is not accepted.
 *
 * <p>Every call that waits in MPI has a form here that does not: a request comes out, and {@link
 * #isDone} asks for it. The exceptions are {@link #initialize}, {@link #createCommunicator}, {@link
 * #allReduceAndWait}, {@link #reduceScatterAndWait} and {@link #leave}. Elements are 32-bit floats;
 * a call that MPI reports as failed is a {@link RunFailure}.
 */
final class MpiLibrary {

  static final String HINT =
      "install Open MPI, on Debian and Ubuntu: apt-get install openmpi-bin libopenmpi-dev";

  private static final List<String> NAMES = List.of("libmpi.so.40", "libmpi.so");
  private static final MemorySegment IN_PLACE = MemorySegment.ofAddress(1);
  private static final int THREAD_SERIALIZED = 2;

  /** {@code _ucount} of Open MPI's status: bytes that arrived. */
  private static final long RECEIVED_BYTES = 16;

  private final Linker linker = Linker.nativeLinker();
  private final SymbolLookup symbols;
  private final Map<String, MethodHandle> functions = new HashMap<>();
  private final MemorySegment cell = Arena.global().allocate(ADDRESS);
  private final MemorySegment flag = Arena.global().allocate(JAVA_INT);
  private final MemorySegment status = Arena.global().allocate(48, 8);

  private final MemorySegment world;
  private final MemorySegment floats;
  private final MemorySegment sum;
  private final MemorySegment max;
  private final MemorySegment errorsReturn;
  private final MethodHandle test;
  private final MethodHandle abort;

  private MpiLibrary(SymbolLookup symbols) {
    this.symbols = symbols;
    world = symbol("ompi_mpi_comm_world");
    floats = symbol("ompi_mpi_float");
    sum = symbol("ompi_mpi_op_sum");
    max = symbol("ompi_mpi_op_max");
    errorsReturn = symbol("ompi_mpi_errors_return");
    test = function("MPI_Test", ADDRESS, ADDRESS, ADDRESS);
    abort = function("MPI_Abort", ADDRESS, JAVA_INT);
  }

  /** Whether ranks can be processes on this machine. */
  static boolean isInstalled() {
    return NativeLibraries.find(NAMES).isPresent();
  }

  /** Loads the library; where there is none, the failure says what to install. */
  static MpiLibrary open() {
    return new MpiLibrary(
        NativeLibraries.find(NAMES)
            .orElseThrow(() ->
                new RunFailure(
                    "MPI is not installed: no " + String.join(" or ", NAMES), HINT, null)));
  }

  private MemorySegment symbol(String name) {
    return symbols
        .find(name)
        .orElseThrow(
            () -> new RunFailure("the MPI library is not Open MPI: no " + name, HINT, null));
  }

  /** Linked at its first use: each costs milliseconds of the start of a rank. */
  private MethodHandle function(String name, MemoryLayout... parameters) {
    MethodHandle known = functions.get(name);
    if (known == null) {
      known = linker.downcallHandle(symbol(name), FunctionDescriptor.of(JAVA_INT, parameters));
      functions.put(name, known);
    }
    return known;
  }

  MemorySegment world() {
    return world;
  }

  /** Joins the world. Calls may come from several threads, one at a time. */
  void initialize() {
    MethodHandle call = function("MPI_Init_thread", ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
    try {
      int code =
          (int) call.invokeExact(MemorySegment.NULL, MemorySegment.NULL, THREAD_SERIALIZED, flag);
      check("MPI_Init_thread", code);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
    returnErrors(world);
  }

  int rank() {
    return number("MPI_Comm_rank");
  }

  int size() {
    return number("MPI_Comm_size");
  }

  private int number(String name) {
    MethodHandle call = function(name, ADDRESS, ADDRESS);
    try {
      check(name, (int) call.invokeExact(world, flag));
      return flag.get(JAVA_INT, 0);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  private void returnErrors(MemorySegment communicator) {
    MethodHandle call = function("MPI_Comm_set_errhandler", ADDRESS, ADDRESS);
    try {
      check("MPI_Comm_set_errhandler", (int) call.invokeExact(communicator, errorsReturn));
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  /**
   * A communicator of some world ranks, called by all of them and by nobody else; waits for them.
   *
   * @param tag tells calls for different ranks apart, should they overlap in time
   */
  MemorySegment createCommunicator(List<Integer> ranks, int tag) {
    MethodHandle worldGroup = function("MPI_Comm_group", ADDRESS, ADDRESS);
    MethodHandle include = function("MPI_Group_incl", ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
    MethodHandle create = function("MPI_Comm_create_group", ADDRESS, ADDRESS, JAVA_INT, ADDRESS);
    try (Arena arena = Arena.ofConfined()) {
      check("MPI_Comm_group", (int) worldGroup.invokeExact(world, cell));
      MemorySegment everybody = cell.get(ADDRESS, 0);
      MemorySegment members =
          arena.allocateFrom(JAVA_INT, ranks.stream().mapToInt(Integer::intValue).toArray());
      check("MPI_Group_incl", (int) include.invokeExact(everybody, ranks.size(), members, cell));
      MemorySegment group = cell.get(ADDRESS, 0);
      check("MPI_Comm_create_group", (int) create.invokeExact(world, group, tag, cell));
      MemorySegment communicator = cell.get(ADDRESS, 0);
      returnErrors(communicator);
      return communicator;
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  void allReduce(
      MemorySegment data, int count, Combine how, MemorySegment comm, MemorySegment request) {
    MethodHandle call =
        function("MPI_Iallreduce", ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    try {
      int code =
          (int) call.invokeExact(IN_PLACE, data, count, floats, operation(how), comm, request);
      check("MPI_Iallreduce", code);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  /** Waits in MPI: for large data its ring is twice as fast as that of the form that does not. */
  void allReduceAndWait(MemorySegment data, int count, Combine how, MemorySegment comm) {
    MethodHandle call =
        function("MPI_Allreduce", ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    try {
      int code = (int) call.invokeExact(IN_PLACE, data, count, floats, operation(how), comm);
      check("MPI_Allreduce", code);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  private MemorySegment operation(Combine how) {
    return switch (how) {
      case SUM -> sum;
      case MAX -> max;
    };
  }

  /** As {@link #reduceScatter}, but waits; every member must be about to call it. */
  void reduceScatterAndWait(MemorySegment all, MemorySegment block, int count, MemorySegment comm) {
    MethodHandle call =
        function("MPI_Reduce_scatter_block", ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    try {
      int code = (int) call.invokeExact(all, block, count, floats, sum, comm);
      check("MPI_Reduce_scatter_block", code);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  void reduceScatter(
      MemorySegment all,
      MemorySegment block,
      int count,
      MemorySegment comm,
      MemorySegment request) {
    MethodHandle call =
        function(
            "MPI_Ireduce_scatter_block",
            ADDRESS,
            ADDRESS,
            JAVA_INT,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS);
    try {
      int code = (int) call.invokeExact(all, block, count, floats, sum, comm, request);
      check("MPI_Ireduce_scatter_block", code);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  void allGather(
      MemorySegment block,
      MemorySegment all,
      int count,
      MemorySegment comm,
      MemorySegment request) {
    exchange("MPI_Iallgather", block, all, count, comm, request);
  }

  void allToAll(
      MemorySegment sent,
      MemorySegment received,
      int count,
      MemorySegment comm,
      MemorySegment request) {
    exchange("MPI_Ialltoall", sent, received, count, comm, request);
  }

  private void exchange(
      String name,
      MemorySegment sent,
      MemorySegment received,
      int count,
      MemorySegment comm,
      MemorySegment request) {
    MethodHandle call =
        function(name, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    try {
      int code =
          (int) call.invokeExact(sent, count, floats, received, count, floats, comm, request);
      check(name, code);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  /** {@code root} is a rank of the communicator. */
  void broadcast(
      MemorySegment data, int count, int root, MemorySegment comm, MemorySegment request) {
    MethodHandle call =
        function("MPI_Ibcast", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS);
    try {
      check("MPI_Ibcast", (int) call.invokeExact(data, count, floats, root, comm, request));
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  void barrier(MemorySegment comm, MemorySegment request) {
    MethodHandle call = function("MPI_Ibarrier", ADDRESS, ADDRESS);
    try {
      check("MPI_Ibarrier", (int) call.invokeExact(comm, request));
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  /** To a world rank. */
  void send(MemorySegment data, int count, int to, int tag, MemorySegment request) {
    message("MPI_Isend", data, count, to, tag, request);
  }

  /** From a world rank. */
  void receive(MemorySegment data, int count, int from, int tag, MemorySegment request) {
    message("MPI_Irecv", data, count, from, tag, request);
  }

  private void message(
      String name, MemorySegment data, int count, int peer, int tag, MemorySegment request) {
    MethodHandle call =
        function(name, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    try {
      int code = (int) call.invokeExact(data, count, floats, peer, tag, world, request);
      check(name, code);
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  /** Whether what {@code request} (a cell of 8 bytes) stands for is over; never waits. */
  boolean isDone(MemorySegment request) {
    try {
      check("MPI_Test", (int) test.invokeExact(request, flag, status));
      return flag.get(JAVA_INT, 0) != 0;
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  /** Bytes of the message that the last {@link #isDone} found received. */
  long receivedBytes() {
    return status.get(JAVA_LONG, RECEIVED_BYTES);
  }

  /** Leaves the world, when all do. */
  void leave() {
    MethodHandle call = function("MPI_Finalize");
    try {
      check("MPI_Finalize", (int) call.invokeExact());
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  /**
   * Ends all ranks of the world, this one too. The one call that may come while another waits in
   * MPI.
   */
  void abort(int exitCode) {
    try {
      check("MPI_Abort", (int) abort.invokeExact(world, exitCode));
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  private void check(String name, int code) {
    if (code != 0) {
      throw new RunFailure(name + " failed: " + describe(code));
    }
  }

  private String describe(int code) {
    MethodHandle call = function("MPI_Error_string", JAVA_INT, ADDRESS, ADDRESS);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(JAVA_BYTE, 256);
      int again = (int) call.invokeExact(code, text, flag);
      return again == 0 ? text.getString(0) : "error " + code;
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  private static RuntimeException rethrown(Throwable thrown) {
    return NativeLibraries.rethrown(thrown);
  }
}
