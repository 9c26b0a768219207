package autopar.runtime.kernel;

/** The one kernel that libraries do better: a product of two row-major matrices. */
@FunctionalInterface
public interface MatrixProduct {

  /**
   * c = op(a) op(b), or c += op(a) op(b): op(a) is m x k, op(b) is k x n and c is m x n, where op
   * transposes or does nothing. The arguments are those of {@code cblas_sgemm} with alpha 1.
   *
   * @param lda elements between the starts of two rows of a as it is stored; ldb and ldc likewise
   * @param accumulate whether the product is added to c
   */
  void multiply(
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
      boolean accumulate);
}
