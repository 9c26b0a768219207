package autopar.runtime.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import autopar.diagnostics.RunFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The functions of cuBLASLt that matrix products of 16-bit elements need, with sums in fp32, of
 * versions 11 to 13. Matrices are column-major.
 */
final class CublasLt {
  private static final List<String> NAMES =
      List.of("libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11", "libcublasLt.so");

  static final int TYPE_FP16 = 2;
  static final int TYPE_BF16 = 14;

  private static final int TYPE_FP32 = 0;
  private static final int COMPUTE_FP32 = 68;
  private static final int TRANSPOSE_A = 3;
  private static final int TRANSPOSED = 1;
  private static final int MOST_WORKSPACE_BYTES = 1;

  /** Of {@code cublasLtMatmulHeuristicResult_t}: an algorithm of 64 bytes, and what follows. */
  private static final long RESULT_BYTES = 96;

  private static final long STATE_AT = 72;

  private final IntFunction<String> texts;
  private final MemorySegment cell = Arena.ofAuto().allocate(ADDRESS);
  private final MethodHandle create;
  private final MethodHandle destroy;
  private final MethodHandle createLayout;
  private final MethodHandle destroyLayout;
  private final MethodHandle createProduct;
  private final MethodHandle setProduct;
  private final MethodHandle destroyProduct;
  private final MethodHandle createPreference;
  private final MethodHandle setPreference;
  private final MethodHandle destroyPreference;
  private final MethodHandle heuristic;
  private final MethodHandle multiply;

  private CublasLt(Functions library) {
    texts = library.texts("cublasLtGetStatusString");
    create = library.function("cublasLtCreate", ADDRESS);
    destroy = library.function("cublasLtDestroy", ADDRESS);
    createLayout =
        library.function(
            "cublasLtMatrixLayoutCreate", ADDRESS, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    destroyLayout = library.function("cublasLtMatrixLayoutDestroy", ADDRESS);
    createProduct = library.function("cublasLtMatmulDescCreate", ADDRESS, JAVA_INT, JAVA_INT);
    setProduct =
        library.function("cublasLtMatmulDescSetAttribute", ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG);
    destroyProduct = library.function("cublasLtMatmulDescDestroy", ADDRESS);
    createPreference = library.function("cublasLtMatmulPreferenceCreate", ADDRESS);
    setPreference =
        library.function(
            "cublasLtMatmulPreferenceSetAttribute", ADDRESS, JAVA_INT, ADDRESS, JAVA_LONG);
    destroyPreference = library.function("cublasLtMatmulPreferenceDestroy", ADDRESS);
    heuristic =
        library.function(
            "cublasLtMatmulAlgoGetHeuristic",
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            JAVA_INT,
            ADDRESS,
            ADDRESS);
    multiply =
        library.function(
            "cublasLtMatmul",
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            ADDRESS,
            JAVA_LONG,
            ADDRESS);
  }

  static CublasLt open(LibraryPath path) {
    return new CublasLt(Functions.open(path, "cuBLASLt", NAMES, CudaRuntime.HINT));
  }

  /** A handle on the device in use. */
  MemorySegment create() {
    checked("cublasLtCreate", () -> (int) create.invokeExact(cell));
    return cell.get(ADDRESS, 0);
  }

  void destroy(MemorySegment handle) {
    checked("cublasLtDestroy", () -> (int) destroy.invokeExact(handle));
  }

  /** A matrix whose columns follow each other without a gap. */
  MemorySegment createLayout(int type, long rows, long columns) {
    checked(
        "cublasLtMatrixLayoutCreate",
        () -> (int) createLayout.invokeExact(cell, type, rows, columns, rows));
    return cell.get(ADDRESS, 0);
  }

  void destroyLayout(MemorySegment layout) {
    checked("cublasLtMatrixLayoutDestroy", () -> (int) destroyLayout.invokeExact(layout));
  }

  /** A product whose left operand is transposed. */
  MemorySegment createProduct() {
    checked(
        "cublasLtMatmulDescCreate",
        () -> (int) createProduct.invokeExact(cell, COMPUTE_FP32, TYPE_FP32));
    MemorySegment product = cell.get(ADDRESS, 0);
    cell.set(JAVA_INT, 0, TRANSPOSED);
    checked(
        "cublasLtMatmulDescSetAttribute",
        () -> (int) setProduct.invokeExact(product, TRANSPOSE_A, cell, (long) Integer.BYTES));
    return product;
  }

  void destroyProduct(MemorySegment product) {
    checked("cublasLtMatmulDescDestroy", () -> (int) destroyProduct.invokeExact(product));
  }

  MemorySegment createPreference(long workspaceBytes) {
    checked("cublasLtMatmulPreferenceCreate", () -> (int) createPreference.invokeExact(cell));
    MemorySegment preference = cell.get(ADDRESS, 0);
    cell.set(JAVA_LONG, 0, workspaceBytes);
    checked(
        "cublasLtMatmulPreferenceSetAttribute",
        () ->
            (int)
                setPreference.invokeExact(
                    preference, MOST_WORKSPACE_BYTES, cell, (long) Long.BYTES));
    return preference;
  }

  void destroyPreference(MemorySegment preference) {
    checked(
        "cublasLtMatmulPreferenceDestroy", () -> (int) destroyPreference.invokeExact(preference));
  }

  /** What the library would run: the first algorithm of its heuristic, kept in {@code arena}. */
  MemorySegment algorithm(
      Arena arena,
      MemorySegment handle,
      MemorySegment product,
      MemorySegment a,
      MemorySegment b,
      MemorySegment d,
      MemorySegment preference) {
    MemorySegment result = arena.allocate(RESULT_BYTES, Long.BYTES);
    checked(
        "cublasLtMatmulAlgoGetHeuristic",
        () ->
            (int) heuristic.invokeExact(handle, product, a, b, d, d, preference, 1, result, cell));
    int state = result.get(JAVA_INT, STATE_AT);
    if (cell.get(JAVA_INT, 0) < 1 || state != 0) {
      throw new RunFailure(
          "cublasLtMatmulAlgoGetHeuristic knows no algorithm: " + texts.apply(state));
    }
    return result;
  }

  /** D = alpha A' B + beta D. */
  void multiply(
      MemorySegment handle,
      MemorySegment product,
      MemorySegment alpha,
      MemorySegment a,
      MemorySegment aLayout,
      MemorySegment b,
      MemorySegment bLayout,
      MemorySegment beta,
      MemorySegment d,
      MemorySegment dLayout,
      MemorySegment algorithm,
      MemorySegment workspace,
      long workspaceBytes,
      MemorySegment stream) {
    checked(
        "cublasLtMatmul",
        () ->
            (int)
                multiply.invokeExact(
                    handle,
                    product,
                    alpha,
                    a,
                    aLayout,
                    b,
                    bLayout,
                    beta,
                    d,
                    dLayout,
                    d,
                    dLayout,
                    algorithm,
                    workspace,
                    workspaceBytes,
                    stream));
  }

  private void checked(String name, Functions.Call call) {
    Functions.checked(name, texts, call);
  }
}
