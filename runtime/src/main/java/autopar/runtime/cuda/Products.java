package autopar.runtime.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import autopar.runtime.cuda.CudaRuntime.Direction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Matrix products by cuBLASLt on the first GPU: 16-bit operands and result, sums in fp32, the left
 * operand transposed so that both are read along their depth, as the product of a layer reads its
 * input and its weight. Operands are random: a GPU that multiplies zeros needs less power and runs
 * at a higher clock.
 */
public final class Products implements AutoCloseable {
  private static final long WORKSPACE_BYTES = 64L << 20;
  private static final long RANDOM_BYTES = 32L << 20;
  private static final long ELEMENT_BYTES = 2;

  /** Where operands begin: what the allocator of CUDA grants too. */
  private static final long ALIGNMENT = 256;

  /** Part of the free memory that operands may take. */
  private static final double MEMORY_PART = 0.6;

  /** Seconds of work after which the clocks of a GPU are those of a long run. */
  private static final double WARM_SECONDS = 1;

  private static final Shape WARM = new Shape(4096, 4096, 4096);

  private final CublasLt library;
  private final Gpu gpu;
  private final int held;
  private final Stopwatch stopwatch;
  private final boolean bf16;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment alpha = arena.allocateFrom(JAVA_FLOAT, 1f);
  private final MemorySegment beta = arena.allocateFrom(JAVA_FLOAT, 0f);
  private final MemorySegment operands;
  private final long operandBytes;
  private final MemorySegment workspace;
  private final MemorySegment handle;

  /**
   * Ready for products up to {@code largest}, or up to what fits into the memory.
   *
   * @param bf16 or else fp16
   */
  public Products(Gpus gpus, Shape largest, boolean bf16) {
    library = gpus.cublasLt();
    gpu = gpus.first();
    held = gpu.held();
    stopwatch = new Stopwatch(List.of(gpu));
    this.bf16 = bf16;
    operandBytes =
        Math.min(bytes(largest), (long) (gpu.freeBytes() * MEMORY_PART) / ALIGNMENT * ALIGNMENT);
    workspace = gpu.allocate(WORKSPACE_BYTES);
    operands = gpu.allocate(operandBytes);
    fillRandomly();
    handle = library.create();
    gpu.hold(() -> library.destroy(handle));
    warmUp();
  }

  private static long bytes(Shape shape) {
    // Each of the three may begin up to an alignment later.
    return shape.elements() * ELEMENT_BYTES + 3 * ALIGNMENT;
  }

  /** Does the memory hold its operands? */
  public boolean fits(Shape shape) {
    return bytes(shape) <= operandBytes;
  }

  private void fillRandomly() {
    int before = gpu.held();
    MemorySegment host = gpu.allocateHost(RANDOM_BYTES);
    Random random = new Random(1);
    for (long i = 0; i < RANDOM_BYTES / ELEMENT_BYTES; i++) {
      host.setAtIndex(JAVA_SHORT, i, element(2 * random.nextFloat() - 1));
    }
    for (long at = 0; at < operandBytes; at += RANDOM_BYTES) {
      long bytes = Math.min(RANDOM_BYTES, operandBytes - at);
      gpu.copy(address(at), host, bytes, Direction.TO_DEVICE);
    }
    gpu.release(before);
  }

  /** The upper half of a float is a bf16. */
  private short element(float value) {
    return bf16 ? (short) (Float.floatToRawIntBits(value) >>> 16) : Float.floatToFloat16(value);
  }

  private MemorySegment address(long offset) {
    return MemorySegment.ofAddress(operands.address() + offset);
  }

  private void warmUp() {
    Shape shape = fits(WARM) ? WARM : new Shape(512, 512, 512);
    double worked = 0;
    while (worked < WARM_SECONDS) {
      worked += time(shape).seconds() * Stopwatch.REPEATS;
    }
  }

  /** Seconds of a product that fits. */
  public ProductTime time(Shape shape) {
    gpu.use();
    int type = bf16 ? CublasLt.TYPE_BF16 : CublasLt.TYPE_FP16;
    long m = shape.rows();
    long n = shape.columns();
    long k = shape.depth();
    MemorySegment a = address(0);
    MemorySegment b = address(aligned(m * k));
    MemorySegment d = address(aligned(m * k) + aligned(k * n));
    Deque<Runnable> releases = new ArrayDeque<>();
    try (Arena own = Arena.ofConfined()) {
      MemorySegment aLayout = layout(releases, type, k, m);
      MemorySegment bLayout = layout(releases, type, k, n);
      MemorySegment dLayout = layout(releases, type, m, n);
      MemorySegment product = library.createProduct();
      releases.push(() -> library.destroyProduct(product));
      MemorySegment preference = library.createPreference(WORKSPACE_BYTES);
      releases.push(() -> library.destroyPreference(preference));
      MemorySegment algorithm =
          library.algorithm(own, handle, product, aLayout, bLayout, dLayout, preference);
      Runnable once =
          () ->
              library.multiply(
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
                  algorithm,
                  workspace,
                  WORKSPACE_BYTES,
                  gpu.stream());
      return new ProductTime(shape, stopwatch.seconds(once));
    } finally {
      releases.forEach(Runnable::run);
    }
  }

  private MemorySegment layout(Deque<Runnable> releases, int type, long rows, long columns) {
    MemorySegment layout = library.createLayout(type, rows, columns);
    releases.push(() -> library.destroyLayout(layout));
    return layout;
  }

  private static long aligned(long elements) {
    return Math.ceilDiv(elements * ELEMENT_BYTES, ALIGNMENT) * ALIGNMENT;
  }

  @Override
  public void close() {
    gpu.release(held);
    arena.close();
  }
}
