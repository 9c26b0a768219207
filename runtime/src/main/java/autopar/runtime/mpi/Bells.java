package autopar.runtime.mpi;

import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Where ranks of one machine sleep until others come, in a file that all of them map. MPI can only
 * be asked again and again whether something has arrived, which takes the cores from ranks that
 * compute: with eight ranks on two cores it was a third of all processor time.
 *
 * <p>A rank that has nothing to do waits at its own semaphore (POSIX, shared between processes).
 * Meetings have a counter each, which members raise when they come; the last one wakes the others.
 * Messages are counted from each rank to each; whoever sends one wakes its receiver. MPI is called
 * only when what it is to do can be done.
 */
final class Bells {

  /** Members without a counter ask MPI instead of meeting. */
  static final int NO_COUNTER = -1;

  /** The meeting place of all ranks. */
  static final int WORLD = 0;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final VarHandle LONGS = LONG.varHandle();
  private static final long LINE = 64;

  /** Counters taken so far, at the start of the file. */
  private static final long TAKEN = 0;

  /** In a rank's line its semaphore, of 32 bytes, comes first; then whether the rank sleeps. */
  private static final long ASLEEP = 48;

  private static final int COUNTERS_PER_RANK = 64;

  /** A sleeper looks for itself after so long, in case a rank died before it rang. */
  private static final long LONGEST_SLEEP_NANOS = 100_000_000;

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final MemorySegment memory;
  private final int ranks;
  private final MethodHandle post;
  private final MethodHandle timedWait;
  private final MemorySegment until = Arena.global().allocate(LONG, 2);

  private Bells(MemorySegment memory, int ranks) {
    this.memory = memory;
    this.ranks = ranks;
    this.post =
        function("sem_post", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    this.timedWait =
        function(
            "sem_timedwait",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
  }

  /** Bells for {@code ranks} ranks in a new file; false where the system has no semaphores. */
  static boolean create(Path file, int ranks) {
    if (symbol("sem_timedwait").isEmpty()) {
      return false;
    }
    long bytes = LINE + ranks * LINE + pairs(ranks) + ranks * COUNTERS_PER_RANK * LINE;
    MemorySegment memory =
        map(
            file,
            bytes,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    MethodHandle initialize =
        function(
            "sem_init",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT));
    for (int rank = 0; rank < ranks; rank++) {
      try {
        int code = (int) initialize.invokeExact(memory.asSlice(LINE + rank * LINE, LINE), 1, 0);
        if (code != 0) {
          return false;
        }
      } catch (Throwable thrown) {
        throw NativeLibraries.rethrown(thrown);
      }
    }
    LONGS.setVolatile(memory, TAKEN, (long) WORLD + 1);
    return true;
  }

  /** The bells that the launcher of this rank has made. */
  static Bells attach(Path file, int ranks) {
    return new Bells(map(file, -1, StandardOpenOption.READ, StandardOpenOption.WRITE), ranks);
  }

  private static MemorySegment map(Path file, long bytes, StandardOpenOption... options) {
    try (FileChannel channel = FileChannel.open(file, options)) {
      long size = bytes < 0 ? channel.size() : bytes;
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, size, Arena.global());
    } catch (IOException e) {
      throw new RunFailure("cannot map " + file + ": " + e.getMessage(), e);
    }
  }

  private static Optional<MemorySegment> symbol(String name) {
    SymbolLookup system = Linker.nativeLinker().defaultLookup();
    return system.find(name);
  }

  private static MethodHandle function(String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(symbol(name).orElseThrow(), type);
  }

  private static long pairs(int ranks) {
    return (long) ranks * ranks * LONG.byteSize();
  }

  private long line(int rank) {
    return LINE + rank * LINE;
  }

  private long messages(int from, int to) {
    return LINE + ranks * LINE + ((long) from * ranks + to) * LONG.byteSize();
  }

  private long counter(int index) {
    return LINE + ranks * LINE + pairs(ranks) + index * LINE;
  }

  /** A counter that nobody has, {@link #NO_COUNTER} where all are taken. */
  int newCounter() {
    long taken = (long) LONGS.getAndAdd(memory, TAKEN, 1L);
    return taken < (long) ranks * COUNTERS_PER_RANK ? (int) taken : NO_COUNTER;
  }

  /**
   * Returns when all of {@code members} have come to this meeting, which is their {@code number}th
   * (from 1) at {@code counter}.
   */
  void meet(int rank, int counter, long number, List<Integer> members) {
    long all = number * members.size();
    long at = counter(counter);
    if ((long) LONGS.getAndAdd(memory, at, 1L) + 1 == all) {
      for (int member : members) {
        if (member != rank) {
          wake(member);
        }
      }
    } else {
      sleepUntil(rank, () -> (long) LONGS.getVolatile(memory, at) >= all);
    }
  }

  /** Says that a message to {@code to} is on its way. */
  void sent(int rank, int to) {
    LONGS.getAndAdd(memory, messages(rank, to), 1L);
    wake(to);
  }

  /** Returns when {@code from} has sent more than {@code received} messages to {@code rank}. */
  void awaitMessage(int rank, int from, long received) {
    long at = messages(from, rank);
    sleepUntil(rank, () -> (long) LONGS.getVolatile(memory, at) > received);
  }

  private void wake(int rank) {
    long asleep = line(rank) + ASLEEP;
    // A rank that does not sleep would find the token when it next does, and wake for nothing.
    if ((long) LONGS.getVolatile(memory, asleep) == 1
        && LONGS.compareAndSet(memory, asleep, 1L, 0L)) {
      try {
        int code = (int) post.invokeExact(memory.asSlice(line(rank), LINE));
        if (code != 0) {
          throw new RunFailure("sem_post failed for rank " + rank);
        }
      } catch (Throwable thrown) {
        throw NativeLibraries.rethrown(thrown);
      }
    }
  }

  private void sleepUntil(int rank, BooleanSupplier come) {
    long asleep = line(rank) + ASLEEP;
    while (!come.getAsBoolean()) {
      LONGS.setVolatile(memory, asleep, 1L);
      // Whoever came before it was said that this rank sleeps has not rung.
      if (!come.getAsBoolean()) {
        sleep(rank);
      }
      LONGS.setVolatile(memory, asleep, 0L);
    }
  }

  /** Until somebody rings, or a signal or the longest sleep ends it: all are reasons to look. */
  private void sleep(int rank) {
    long wall = System.currentTimeMillis() * 1_000_000 + LONGEST_SLEEP_NANOS;
    until.setAtIndex(LONG, 0, wall / NANOS_PER_SECOND);
    until.setAtIndex(LONG, 1, wall % NANOS_PER_SECOND);
    try {
      int ignored = (int) timedWait.invokeExact(memory.asSlice(line(rank), LINE), until);
    } catch (Throwable thrown) {
      throw NativeLibraries.rethrown(thrown);
    }
  }
}
