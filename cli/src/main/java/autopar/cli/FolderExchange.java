package autopar.cli;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Swaps two folders in one step, so that a reader sees either the old or the new one whole.
 *
 * <p>Java has no such call; Linux has {@code renameat2} with {@code RENAME_EXCHANGE} (since 3.15).
 */
final class FolderExchange {
  private static final int WORKING_DIRECTORY = -100;
  private static final int RENAME_EXCHANGE = 2;

  private FolderExchange() {}

  /** True if the two are swapped, false where the system or the file system cannot. */
  static boolean swap(Path first, Path second) {
    Linker linker = Linker.nativeLinker();
    SymbolLookup library = linker.defaultLookup();
    Optional<MemorySegment> rename = library.find("renameat2");
    if (rename.isEmpty()) {
      return false;
    }
    MethodHandle call =
        linker.downcallHandle(
            rename.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocateFrom(first.toAbsolutePath().toString());
      MemorySegment to = arena.allocateFrom(second.toAbsolutePath().toString());
      int status =
          (int) call.invokeExact(WORKING_DIRECTORY, from, WORKING_DIRECTORY, to, RENAME_EXCHANGE);
      return status == 0;
    } catch (Throwable e) {
      throw new IllegalStateException("the call of renameat2 failed", e);
    }
  }
}
