package autopar.runtime.reference;

/** Reads a tensor as if it were broadcast to a wider shape, aligned at the last dimensions. */
final class Aligned {

  private final double[] data;
  private final int[] shape;
  private final int[] strides;

  Aligned(Tensor tensor, int[] wide) {
    data = tensor.data();
    shape = wide;
    strides = strides(tensor, wide);
  }

  /** Strides per dimension of {@code wide}; 0 where {@code tensor} is broadcast. */
  static int[] strides(Tensor tensor, int[] wide) {
    int[] own = tensor.strides();
    int[] strides = new int[wide.length];
    int missing = wide.length - tensor.rank();
    for (int d = missing; d < wide.length; d++) {
      strides[d] = tensor.shape()[d - missing] == wide[d] ? own[d - missing] : 0;
    }
    return strides;
  }

  /** The position in the tensor's data of element {@code index} of the wide shape. */
  int position(int index) {
    int rest = index;
    int position = 0;
    for (int d = shape.length - 1; d >= 0; d--) {
      position += rest % shape[d] * strides[d];
      rest /= shape[d];
    }
    return position;
  }

  double at(int index) {
    return data[position(index)];
  }
}
