package autopar.runtime.mpi;

import autopar.diagnostics.CompilerBug;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Optional;

/** Libraries of the machine, opened by name. */
final class NativeLibraries {

  private NativeLibraries() {}

  /** The first of {@code names} that the machine's loader finds. */
  static Optional<SymbolLookup> find(List<String> names) {
    for (String name : names) {
      try {
        return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
      } catch (IllegalArgumentException absent) {
        continue;
      }
    }
    return Optional.empty();
  }

  /** What {@code invokeExact} may throw in theory, as what it throws in fact. */
  static RuntimeException rethrown(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new CompilerBug("a native call", "invokeExact", thrown.toString(), thrown);
    };
  }
}
