package autopar.runtime.mpi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import autopar.diagnostics.RunFailure;
import autopar.runtime.kernel.MatrixProduct;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.List;

/**
 * {@code cblas_sgemm} of OpenBLAS, on the arrays themselves and on the calling thread alone. The
 * garbage collector waits while a product runs.
 */
public final class OpenBlasProduct implements MatrixProduct {

  private static final List<String> NAMES = List.of("libopenblas.so.0", "libopenblas.so");
  private static final String HINT =
      "install OpenBLAS, on Debian and Ubuntu: apt-get install libopenblas0";

  private static final int ROW_MAJOR = 101;
  private static final int AS_IS = 111;
  private static final int TRANSPOSED = 112;

  private final MethodHandle sgemm;

  private OpenBlasProduct(SymbolLookup symbols) {
    Linker linker = Linker.nativeLinker();
    sgemm =
        linker.downcallHandle(
            function(symbols, "cblas_sgemm"),
            FunctionDescriptor.ofVoid(
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_INT,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_INT,
                ADDRESS,
                JAVA_INT,
                JAVA_FLOAT,
                ADDRESS,
                JAVA_INT),
            Linker.Option.critical(true));
    MethodHandle threads =
        linker.downcallHandle(
            function(symbols, "openblas_set_num_threads"), FunctionDescriptor.ofVoid(JAVA_INT));
    try {
      threads.invokeExact(1);
    } catch (Throwable thrown) {
      throw NativeLibraries.rethrown(thrown);
    }
  }

  /** Whether this machine has the library. */
  public static boolean isInstalled() {
    return NativeLibraries.find(NAMES).isPresent();
  }

  /** Loads the library; where there is none, the failure says what to install. */
  public static OpenBlasProduct open() {
    return new OpenBlasProduct(
        NativeLibraries.find(NAMES)
            .orElseThrow(() ->
                new RunFailure(
                    "OpenBLAS is not installed: no " + String.join(" or ", NAMES), HINT, null)));
  }

  private static MemorySegment function(SymbolLookup symbols, String name) {
    return symbols
        .find(name)
        .orElseThrow(() -> new RunFailure("OpenBLAS has no function " + name, HINT, null));
  }

  @Override
  public void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int lda,
      float[] b,
      int bOffset,
      int ldb,
      float[] c,
      int cOffset,
      int ldc,
      boolean accumulate) {
    if (m == 0 || n == 0) {
      return;
    }
    if (k == 0) {
      for (int row = 0; row < m && !accumulate; row++) {
        Arrays.fill(c, cOffset + row * ldc, cOffset + row * ldc + n, 0);
      }
      return;
    }
    MemorySegment left = transposeA ? matrix(a, aOffset, lda, k, m) : matrix(a, aOffset, lda, m, k);
    MemorySegment right =
        transposeB ? matrix(b, bOffset, ldb, n, k) : matrix(b, bOffset, ldb, k, n);
    MemorySegment product = matrix(c, cOffset, ldc, m, n);
    try {
      sgemm.invokeExact(
          ROW_MAJOR,
          transposeA ? TRANSPOSED : AS_IS,
          transposeB ? TRANSPOSED : AS_IS,
          m,
          n,
          k,
          1f,
          left,
          lda,
          right,
          ldb,
          accumulate ? 1f : 0f,
          product,
          ldc);
    } catch (Throwable thrown) {
      throw NativeLibraries.rethrown(thrown);
    }
  }

  /** The stored matrix, checked here since nothing checks it there. */
  private static MemorySegment matrix(float[] data, int offset, int row, int rows, int columns) {
    if (row < columns) {
      throw new IllegalArgumentException("rows of " + columns + " stored in " + row);
    }
    long elements = (rows - 1L) * row + columns;
    return MemorySegment.ofArray(data).asSlice(offset * 4L, elements * 4L);
  }
}
