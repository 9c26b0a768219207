package autopar.runtime.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The stand-in for NVIDIA's libraries in src/test/resources/cuda, compiled for GPUs that macros
 * describe, under the names of the real ones. Each has a state of its own.
 */
public final class CudaStandIn {
  private static final Path SOURCES =
      Path.of(System.getProperty("autopar.home"), "runtime", "src", "test", "resources", "cuda");
  private static final List<String> NAMES =
      List.of("libcuda.so.1", "libcudart.so.12", "libcublasLt.so.12", "libnccl.so.2");

  private final Path folder;
  private final SymbolLookup symbols;

  private CudaStandIn(Path folder, SymbolLookup symbols) {
    this.folder = folder;
    this.symbols = symbols;
  }

  /**
   * Compiles it into {@code folder}; without a C compiler the test is skipped.
   *
   * @param macros {@code DEVICES=8}
   */
  public static CudaStandIn compile(Path folder, String... macros)
      throws IOException, InterruptedException {
    Path library = folder.resolve("libstandin.so");
    List<String> command =
        new ArrayList<>(
            List.of("cc", "-O1", "-shared", "-fPIC", "-fvisibility=hidden", "-Wall", "-Werror"));
    for (String macro : macros) {
      command.add("-D" + macro);
    }
    command.addAll(List.of("-o", library.toString()));
    for (String source : List.of("cudart.c", "cublaslt.c", "nccl.c")) {
      command.add(SOURCES.resolve(source).toString());
    }
    command.add("-lm");
    Path log = folder.resolve("cc.log");
    Process compiler;
    try {
      compiler =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
    } catch (IOException absent) {
      assumeTrue(false, "no C compiler (Debian packages gcc libc6-dev): " + absent.getMessage());
      throw absent;
    }
    if (compiler.waitFor() != 0) {
      throw new IOException(Files.readString(log));
    }
    for (String name : NAMES) {
      Files.createSymbolicLink(folder.resolve(name), library);
    }
    return new CudaStandIn(folder, SymbolLookup.libraryLookup(library, Arena.global()));
  }

  /** Takes a library away. */
  public CudaStandIn without(String name) throws IOException {
    Files.delete(folder.resolve(name));
    return this;
  }

  public LibraryPath path() {
    return LibraryPath.only(folder);
  }

  /** The first argument that was wrong, or nothing. */
  public String complaint() {
    try {
      MemorySegment text =
          (MemorySegment)
              Linker.nativeLinker()
                  .downcallHandle(
                      symbols.findOrThrow("standin_complaint"), FunctionDescriptor.of(ADDRESS))
                  .invokeExact();
      return text.reinterpret(256).getString(0);
    } catch (Throwable thrown) {
      throw new AssertionError(thrown);
    }
  }

  /** What was created or allocated and is still there. */
  public int live() {
    try {
      return (int)
          Linker.nativeLinker()
              .downcallHandle(symbols.findOrThrow("standin_live"), FunctionDescriptor.of(JAVA_INT))
              .invokeExact();
    } catch (Throwable thrown) {
      throw new AssertionError(thrown);
    }
  }
}
