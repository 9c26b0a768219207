package autopar.runtime.kernel;

import java.util.Arrays;

/**
 * A dense row-major tensor of fp32 numbers; integers and truth values are such numbers too, so
 * integers are exact below 2^24. A dimension may be empty.
 */
public record FloatTensor(int[] shape, float[] data) {

  public FloatTensor {
    if (data.length != elements(shape)) {
      throw new IllegalArgumentException(
          data.length + " elements for shape " + Arrays.toString(shape));
    }
  }

  /** Zeros. */
  public static FloatTensor zeros(int... shape) {
    return new FloatTensor(shape, new float[elements(shape)]);
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

  /** Number of rows along the last dimension, which may be empty. */
  public int rows() {
    return shape.length == 0 ? 1 : elements(Arrays.copyOf(shape, shape.length - 1));
  }

  /** Distance in the data between neighbours along each dimension. */
  public int[] strides() {
    return dense(shape);
  }

  /** Distance between neighbours along each dimension of a dense tensor of {@code shape}. */
  public static int[] dense(int[] shape) {
    int[] strides = new int[shape.length];
    int step = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = step;
      step *= shape[d];
    }
    return strides;
  }

  /** Strides along each dimension of {@code wide}, aligned at the last; 0 where broadcast. */
  int[] strides(int[] wide) {
    int[] own = strides();
    int[] strides = new int[wide.length];
    int missing = wide.length - shape.length;
    for (int d = missing; d < wide.length; d++) {
      strides[d] = shape[d - missing] == wide[d] ? own[d - missing] : 0;
    }
    return strides;
  }

  /** Number of elements of a tensor of that shape. */
  public static int elements(int[] shape) {
    int n = 1;
    for (int extent : shape) {
      n = Math.multiplyExact(n, extent);
    }
    return n;
  }

  @Override
  public String toString() {
    return "FloatTensor" + Arrays.toString(shape);
  }
}
