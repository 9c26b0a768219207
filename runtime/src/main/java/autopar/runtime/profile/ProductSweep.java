package autopar.runtime.profile;

import autopar.runtime.kernel.MatrixProduct;

/** Products of many shapes, as a layer's forward pass and its two gradients call them. */
final class ProductSweep {
  /**
   * Rows, columns and depth: square, flat, deep and thin ones of small and middle-sized layers, and
   * of such layers in shards of a few samples or columns.
   */
  private static final int[][] SHAPES = {
    {64, 64, 64}, {128, 128, 64}, {128, 64, 128}, {128, 256, 256}, {256, 256, 256},
    {256, 512, 512}, {512, 128, 256}, {512, 256, 128}, {512, 256, 256}, {512, 256, 1024},
    {512, 1024, 256}, {256, 1024, 512}, {512, 512, 512}, {1024, 512, 512}, {512, 512, 2048},
    {512, 2048, 512}, {64, 1024, 256}, {1024, 64, 256}, {128, 1024, 1024}, {1024, 1024, 1024},
    {16, 1024, 256}, {1024, 256, 16}, {16, 512, 2048}, {32, 512, 512}
  };

  static final int REPEATS = 15;

  private ProductSweep() {}

  /**
   * What was measured and the three numbers that explain it.
   *
   * @param start seconds before a product begins
   * @param secondsPerFlop inside of it
   * @param secondsPerByte of operands and result, the result counted twice
   * @param best operations per second of the fastest shape
   * @param medianError of the fit over all shapes
   */
  record Fit(
      double start,
      double secondsPerFlop,
      double secondsPerByte,
      double best,
      double medianError,
      int shapes) {}

  static Fit measure(MatrixProduct product) {
    NonNegativeFit fit = new NonNegativeFit(3);
    double best = 0;
    for (int[] shape : SHAPES) {
      double m = shape[0];
      double n = shape[1];
      double k = shape[2];
      double seconds = seconds(product, shape[0], shape[1], shape[2]);
      double flops = 2 * m * n * k;
      fit.add(seconds, 1, flops, Float.BYTES * (m * k + k * n + 2 * m * n));
      best = Math.max(best, flops / seconds);
    }
    double[] x = fit.solve();
    return new Fit(x[0], x[1], x[2], best, fit.medianError(x), SHAPES.length);
  }

  private record Operands(float[] a, float[] b, float[] c) {}

  private static double seconds(MatrixProduct product, int m, int n, int k) {
    long bytes = (long) Float.BYTES * (m * k + k * n + m * n);
    Turns<Operands> turns =
        new Turns<>(
            bytes, () -> new Operands(new float[m * k], new float[k * n], new float[m * n]));
    int[] form = {0};
    return CpuClock.ofThread(
        REPEATS,
        () -> {
          Operands x = turns.take();
          // As it is; with a transposed left side; with a transposed right side.
          switch (form[0]++ % 3) {
            case 0 ->
                product.multiply(false, false, m, n, k, x.a, 0, k, x.b, 0, n, x.c, 0, n, false);
            case 1 ->
                product.multiply(true, false, m, n, k, x.a, 0, m, x.b, 0, n, x.c, 0, n, false);
            default ->
                product.multiply(false, true, m, n, k, x.a, 0, k, x.b, 0, k, x.c, 0, n, false);
          }
        });
  }
}
