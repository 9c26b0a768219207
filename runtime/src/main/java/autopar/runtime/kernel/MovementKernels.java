package autopar.runtime.kernel;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Ops that only move elements. */
final class MovementKernels {

  private MovementKernels() {}

  /** Dimension i of y is dimension {@code permutation[i]} of x. */
  static void transpose(List<Integer> permutation, FloatTensor x, FloatTensor y) {
    int[] strides = x.strides();
    gather(x.data(), permutation.stream().mapToInt(d -> strides[d]).toArray(), y.shape(), y.data());
  }

  /** The inverse of {@link #transpose}. */
  static void transposeBack(List<Integer> permutation, FloatTensor x, FloatTensor y) {
    int[] strides = x.strides();
    int[] own = new int[strides.length];
    for (int d = 0; d < own.length; d++) {
      own[permutation.get(d)] = strides[d];
    }
    gather(x.data(), own, y.shape(), y.data());
  }

  /** Writes y of {@code shape} densely from x, read at a stride per dimension. */
  static void gather(float[] x, int[] strides, int[] shape, float[] y) {
    StridedLoops loops = StridedLoops.of(shape, strides);
    int n = loops.length();
    int step = loops.leftStride();
    if (step == 1) {
      copyRows(x, y, loops);
      return;
    }
    int dense = dense(loops);
    if (dense < 0) {
      loops.forEachRow((at, i, same) -> MatrixTurn.gatherRow(x, i, step, y, at, n));
      return;
    }
    turn(x, y, loops, dense);
  }

  /** Copies rows in the order of x, which is read faster in its order than y is written in its. */
  private static void copyRows(float[] x, float[] y, StridedLoops loops) {
    int n = loops.length();
    int[] ofY = FloatTensor.dense(loops.extents);
    int[] order =
        IntStream.range(0, ofY.length - 1)
            .boxed()
            .sorted(Comparator.comparingInt(d -> -loops.left[d]))
            .mapToInt(d -> d)
            .toArray();
    if (n > 0) {
      StridedLoops.walk(
          select(loops.extents, order),
          select(loops.left, order),
          select(ofY, order),
          (r, i, j) -> System.arraycopy(x, i, y, j, n));
    }
  }

  private static int[] select(int[] dims, int[] which) {
    return IntStream.of(which).map(d -> dims[d]).toArray();
  }

  /** The outer dimension along which x is dense, or -1. */
  private static int dense(StridedLoops loops) {
    for (int d = 0; d < loops.extents.length - 1; d++) {
      if (loops.left[d] == 1) {
        return d;
      }
    }
    return -1;
  }

  /** Turns blocks of the dimension along which x is dense and of that along which y is. */
  private static void turn(float[] x, float[] y, StridedLoops loops, int dense) {
    int last = loops.extents.length - 1;
    int[] ofY = FloatTensor.dense(loops.extents);
    int rows = loops.extents[dense];
    int rowStep = ofY[dense];
    int columns = loops.extents[last];
    int columnStep = loops.left[last];
    int[] others = IntStream.range(0, last).filter(d -> d != dense).toArray();
    MatrixTurn turns = new MatrixTurn();
    StridedLoops.walk(
        select(loops.extents, others),
        select(loops.left, others),
        select(ofY, others),
        (r, i, j) -> turns.turn(x, i, columnStep, rows, columns, y, j, rowStep));
  }

  static void concat(int dim, List<FloatTensor> in, FloatTensor y) {
    int start = 0;
    for (FloatTensor piece : in) {
      copy(piece, y, dim, 0, start, piece.shape()[dim]);
      start += piece.shape()[dim];
    }
  }

  static void slice(int dim, int start, FloatTensor x, FloatTensor y) {
    copy(x, y, dim, start, 0, y.shape()[dim]);
  }

  static void pad(int dim, int low, FloatTensor x, FloatTensor y) {
    Arrays.fill(y.data(), 0);
    copy(x, y, dim, 0, low, x.shape()[dim]);
  }

  /** Copies {@code length} slices along {@code dim}; other dimensions are equal. */
  private static void copy(
      FloatTensor from, FloatTensor to, int dim, int fromStart, int toStart, int length) {
    int inner = from.strides()[dim];
    if (inner * length == 0) {
      return;
    }
    int outer = to.size() / (inner * to.shape()[dim]);
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
