package autopar.runtime.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import autopar.diagnostics.CompilerBug;
import autopar.diagnostics.RunFailure;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/** The functions of one library, each of which returns a code that is zero when it worked. */
final class Functions {
  /** Longest text of an error. */
  private static final long TEXT_BYTES = 4096;

  private final String library;
  private final String hint;
  private final SymbolLookup symbols;

  /** A call of a native function. */
  interface Call {
    int code() throws Throwable;
  }

  private Functions(String library, String hint, SymbolLookup symbols) {
    this.library = library;
    this.hint = hint;
    this.symbols = symbols;
  }

  /**
   * Opens a library.
   *
   * @param library what users call it
   * @param names file names of its versions, the preferred one first
   * @throws RunFailure where none is found, with {@code hint}
   */
  static Functions open(LibraryPath path, String library, List<String> names, String hint) {
    return find(path, library, names, hint)
        .orElseThrow(() ->
            new RunFailure(
                library + " is not installed: no " + String.join(" or ", names), hint, null));
  }

  /** The same, or nothing where none is found. */
  static Optional<Functions> find(
      LibraryPath path, String library, List<String> names, String hint) {
    return path.find(names).map(symbols -> new Functions(library, hint, symbols));
  }

  /** A function that returns a code. */
  MethodHandle function(String name, MemoryLayout... parameters) {
    MemorySegment symbol =
        symbols
            .find(name)
            .orElseThrow(() -> new RunFailure(library + " has no function " + name, hint, null));
    return Linker.nativeLinker()
        .downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, parameters));
  }

  /** The text that the function {@code name} gives for a code, in all versions that have it. */
  IntFunction<String> texts(String name) {
    Optional<MethodHandle> call =
        symbols
            .find(name)
            .map(symbol ->
                Linker.nativeLinker()
                    .downcallHandle(symbol, FunctionDescriptor.of(ADDRESS, JAVA_INT)));
    return code -> call.isPresent() ? text(call.get(), code) : "error " + code;
  }

  private static String text(MethodHandle call, int code) {
    try {
      MemorySegment text = (MemorySegment) call.invokeExact(code);
      return MemorySegment.NULL.equals(text)
          ? "error " + code
          : text.reinterpret(TEXT_BYTES).getString(0) + " (error " + code + ")";
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  /** Calls {@code name}; a code other than zero is a failure that says what the library says. */
  static void checked(String name, IntFunction<String> texts, Call call) {
    int code = code(call);
    if (code != 0) {
      throw new RunFailure(name + " failed: " + texts.apply(code));
    }
  }

  private static int code(Call call) {
    try {
      return call.code();
    } catch (Throwable thrown) {
      throw rethrown(thrown);
    }
  }

  /** What {@code invokeExact} may throw in theory, as what it throws in fact. */
  private static RuntimeException rethrown(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException e -> e;
      case Error e -> throw e;
      default -> new CompilerBug("a native call", "invokeExact", thrown.toString(), thrown);
    };
  }
}
