package autopar.runtime.reference;

import java.util.List;
import java.util.stream.IntStream;

/** Ops that only move elements. */
final class MovementKernels {

  private MovementKernels() {}

  static Tensor transpose(List<Integer> permutation, Tensor x) {
    int[] strides = x.strides();
    int[] shape = permutation.stream().mapToInt(d -> x.shape()[d]).toArray();
    return Tensor.filled(
        shape,
        i -> {
          int rest = i;
          int position = 0;
          for (int d = shape.length - 1; d >= 0; d--) {
            position += rest % shape[d] * strides[permutation.get(d)];
            rest /= shape[d];
          }
          return x.data()[position];
        });
  }

  static List<Integer> inverse(List<Integer> permutation) {
    return IntStream.range(0, permutation.size()).boxed().map(permutation::indexOf).toList();
  }

  static Tensor concat(int dim, List<Tensor> in, int[] shape) {
    Tensor y = Tensor.zeros(shape);
    int start = 0;
    for (Tensor piece : in) {
      copy(piece, y, dim, 0, start, piece.shape()[dim]);
      start += piece.shape()[dim];
    }
    return y;
  }

  static Tensor slice(int dim, int start, Tensor x, int[] shape) {
    Tensor y = Tensor.zeros(shape);
    copy(x, y, dim, start, 0, shape[dim]);
    return y;
  }

  static Tensor pad(int dim, int low, Tensor x, int[] shape) {
    Tensor y = Tensor.zeros(shape);
    copy(x, y, dim, 0, low, x.shape()[dim]);
    return y;
  }

  /** Copies {@code length} slices along {@code dim}; other dimensions are equal. */
  static void copy(Tensor from, Tensor to, int dim, int fromStart, int toStart, int length) {
    int inner = from.strides()[dim];
    int outer = from.size() / Math.max(1, inner * from.shape()[dim]);
    for (int o = 0; o < outer; o++) {
      System.arraycopy(
          from.data(),
          (o * from.shape()[dim] + fromStart) * inner,
          to.data(),
          (o * to.shape()[dim] + toStart) * inner,
          length * inner);
    }
  }
}
