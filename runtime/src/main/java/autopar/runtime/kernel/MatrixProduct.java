package autopar.runtime.kernel;

/** c = op(a) op(b), row-major, like cblas_sgemm with alpha 1. */
public interface MatrixProduct {

  /**
   * op(a) is m x k, op(b) is k x n, c is m x n; {@code lda}, {@code ldb} and {@code ldc} are the
   * lengths of stored rows in elements; the product is added to c if {@code accumulate}.
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
