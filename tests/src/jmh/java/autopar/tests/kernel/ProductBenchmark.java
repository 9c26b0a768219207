package autopar.tests.kernel;

import autopar.runtime.kernel.MatrixProduct;
import autopar.runtime.kernel.VectorProduct;
import autopar.runtime.mpi.OpenBlasProduct;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Square products on one thread, 2 size^3 operations each: those of the pure-JVM backend beside
 * OpenBLAS, which must be installed.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class ProductBenchmark {

  @Param({"256", "512", "1024", "2048"})
  public int size;

  @Param({"jvm", "openblas"})
  public String by;

  private MatrixProduct product;
  private float[] a;
  private float[] b;
  private float[] c;

  @Setup
  public void fill() {
    product = by.equals("openblas") ? OpenBlasProduct.open() : new VectorProduct();
    a = new float[size * size];
    b = new float[size * size];
    c = new float[size * size];
    Arrays.fill(a, 0.5f);
    Arrays.fill(b, 0.25f);
  }

  @Benchmark
  public float[] plain() {
    product.multiply(false, false, size, size, size, a, 0, size, b, 0, size, c, 0, size, false);
    return c;
  }

  /** A product with transposed weights, as in the gradient of an input. */
  @Benchmark
  public float[] transposedRight() {
    product.multiply(false, true, size, size, size, a, 0, size, b, 0, size, c, 0, size, false);
    return c;
  }

  /** A product over rows, as in the gradient of weights. */
  @Benchmark
  public float[] transposedLeft() {
    product.multiply(true, false, size, size, size, a, 0, size, b, 0, size, c, 0, size, true);
    return c;
  }
}
