package autopar.ir.op;

/**
 * The arithmetic and memory traffic of one kernel, in elements and floating-point operations, for
 * sizes that are already local to a device. The cost model turns it into seconds.
 */
public sealed interface Work {

  /** {@code batch} independent products of [m, k] by [k, n]: 2*batch*m*n*k operations. */
  record Gemm(long batch, long m, long n, long k) implements Work {}

  /**
   * A kernel bound by memory: elements of the compute precision read and written, elements of other
   * widths as bytes, and its operations.
   */
  record Stream(double readElements, double writeElements, double otherBytes, double flops)
      implements Work {}

  /**
   * Fused attention over {@code batch * heads} heads (never materialises scores). Model operations
   * are 4*batch*heads*query*key*headDim forward (not cut by causality), 2.5 times that backward
   * (FlashAttention-2, arXiv:2307.08691: five products, one of them recomputed).
   */
  record FusedAttention(
      long batch, long heads, long query, long key, long headDim, boolean causal, boolean backward)
      implements Work {}

  /** A convolution as implicit GEMM, with its true tensor traffic in elements. */
  record Convolution(long m, long n, long k, double readElements, double writeElements)
      implements Work {}

  /** Nothing runs on the device (reshape, alias). */
  record None() implements Work {}

  /** Operations that count as model FLOPs: products only, attention not cut by causality. */
  default double modelFlops() {
    return switch (this) {
      case Gemm g -> 2.0 * g.batch * g.m * g.n * g.k;
      case Convolution c -> 2.0 * c.m * c.n * c.k;
      case FusedAttention a -> {
        double forward = 4.0 * a.batch * a.heads * a.query * a.key * a.headDim;
        yield a.backward ? 2.0 * forward : forward;
      }
      case Stream s -> 0;
      case None n -> 0;
    };
  }
}
