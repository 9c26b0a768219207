package autopar.runtime.reference;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * A dense row-major tensor of doubles; integers and truth values are doubles too. Never written
 * after the kernel that made it.
 */
public record Tensor(int[] shape, double[] data) {

  public Tensor {
    if (data.length != elements(shape)) {
      throw new IllegalArgumentException(
          data.length + " elements for shape " + Arrays.toString(shape));
    }
  }

  /** Zeros. */
  public static Tensor zeros(int... shape) {
    return new Tensor(shape, new double[elements(shape)]);
  }

  public static Tensor scalar(double value) {
    return new Tensor(new int[0], new double[] {value});
  }

  /** Element i of the row-major order is {@code element(i)}. */
  public static Tensor filled(int[] shape, IntToDoubleFunction element) {
    double[] data = new double[elements(shape)];
    Arrays.setAll(data, element);
    return new Tensor(shape, data);
  }

  public int rank() {
    return shape.length;
  }

  public int size() {
    return data.length;
  }

  /** Length of the last dimension, 1 for a scalar. */
  public int lastDim() {
    return shape.length == 0 ? 1 : shape[shape.length - 1];
  }

  /** Distance in the data between neighbours along each dimension. */
  public int[] strides() {
    int[] strides = new int[shape.length];
    int step = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = step;
      step *= shape[d];
    }
    return strides;
  }

  static int elements(int[] shape) {
    int n = 1;
    for (int extent : shape) {
      n = Math.multiplyExact(n, extent);
    }
    return n;
  }

  @Override
  public String toString() {
    return "Tensor" + Arrays.toString(shape);
  }
}
