package autopar.runtime.mpi;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Optional;

/**
 * Asks Linux to let this thread compute for long before another rank has its turn on the core.
 *
 * <p>Linux gives each of several busy threads a turn of about 3 ms. A rank that has its turn after
 * others finds the caches full of their data and the core's page table emptied: four data-parallel
 * ranks on two cores took 1.27 s for a step with turns of 3 ms, 1.10 s with turns of 30 ms. Since
 * Linux 6.12 a thread may say how long its turns shall be (sched_setattr(2), sched_runtime of a
 * thread of the usual policy); older systems take the wish and do nothing. Who sleeps most of the
 * time, such as the threads that watch, still gets a core at once.
 */
final class LongTurns {
  static final long NANOS = 30_000_000;

  private static final Linker.Option VARIADIC = Linker.Option.firstVariadicArg(1);

  /** Numbers of sched_setattr and sched_getattr, by Java's names of architectures. */
  private static final Map<String, long[]> CALLS =
      Map.of("amd64", new long[] {314, 315}, "aarch64", new long[] {274, 275});

  /** The first form of struct sched_attr, and where the length of turns is in it. */
  private static final int ATTRIBUTE_BYTES = 48;

  private static final long RUNTIME = 24;

  private LongTurns() {}

  /**
   * For the calling thread and those that it starts.
   *
   * @return nanoseconds of a turn as the system has it then; 0 where it does not say
   */
  static long ask() {
    long[] calls = CALLS.get(System.getProperty("os.arch"));
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> syscall = linker.defaultLookup().find("syscall");
    if (calls == null || syscall.isEmpty() || !System.getProperty("os.name").equals("Linux")) {
      return 0;
    }
    MethodHandle set = linker.downcallHandle(syscall.get(), type(3), VARIADIC);
    MethodHandle get = linker.downcallHandle(syscall.get(), type(4), VARIADIC);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(ATTRIBUTE_BYTES, Long.BYTES);
      // What else there is, such as niceness, stays.
      if ((long) get.invokeExact(calls[1], 0, attributes, ATTRIBUTE_BYTES, 0) != 0) {
        return 0;
      }
      attributes.set(ValueLayout.JAVA_LONG, RUNTIME, NANOS);
      long refused = (long) set.invokeExact(calls[0], 0, attributes, 0);
      long told = (long) get.invokeExact(calls[1], 0, attributes, ATTRIBUTE_BYTES, 0);
      return refused == 0 && told == 0 ? attributes.get(ValueLayout.JAVA_LONG, RUNTIME) : 0;
    } catch (Throwable thrown) {
      throw NativeLibraries.rethrown(thrown);
    }
  }

  /** Of syscall with so many arguments: thread (0 is this one), attributes, sizes and flags. */
  private static FunctionDescriptor type(int arguments) {
    FunctionDescriptor three =
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT);
    return arguments == 3 ? three : three.appendArgumentLayouts(ValueLayout.JAVA_INT);
  }
}
