package autopar.runtime.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Ops that only move elements. */
final class MovementKernels {

  /** Rows and columns of a block that is turned in the first-level cache. */
  private static final int BLOCK = 32;

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
      loops.forEachRow((at, i, same) -> System.arraycopy(x, i, y, at, n));
      return;
    }
    int dense = dense(loops);
    if (dense < 0) {
      loops.forEachRow((at, i, same) -> gatherRow(x, i, step, y, at, n));
      return;
    }
    turn(x, y, loops, dense);
  }

  private static void gatherRow(float[] x, int from, int step, float[] y, int at, int n) {
    for (int j = 0; j < n; j++) {
      y[at + j] = x[from + j * step];
    }
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
    int[] ofY = new int[last + 1];
    int step = 1;
    for (int d = last; d >= 0; d--) {
      ofY[d] = step;
      step *= loops.extents[d];
    }
    int rows = loops.extents[dense];
    int rowStep = ofY[dense];
    int columns = loops.extents[last];
    int columnStep = loops.left[last];
    float[] block = new float[BLOCK * (BLOCK + 1)];
    StridedLoops.walk(
        without(loops.extents, dense, last),
        without(loops.left, dense, last),
        without(ofY, dense, last),
        (r, i, j) -> turnMatrix(x, i, columnStep, rows, columns, y, j, rowStep, block));
  }

  private static int[] without(int[] dims, int first, int second) {
    return IntStream.range(0, dims.length)
        .filter(d -> d != first && d != second)
        .map(d -> dims[d])
        .toArray();
  }

  /** y[r][c] = x[c][r]. */
  private static void turnMatrix(
      float[] x,
      int fromX,
      int stepX,
      int rows,
      int columns,
      float[] y,
      int fromY,
      int stepY,
      float[] block) {
    for (int r = 0; r < rows; r += BLOCK) {
      int height = Math.min(BLOCK, rows - r);
      for (int c = 0; c < columns; c += BLOCK) {
        int width = Math.min(BLOCK, columns - c);
        for (int k = 0; k < width; k++) {
          System.arraycopy(x, fromX + (c + k) * stepX + r, block, k * (BLOCK + 1), height);
        }
        for (int k = 0; k < height; k++) {
          int to = fromY + (r + k) * stepY + c;
          for (int j = 0; j < width; j++) {
            y[to + j] = block[j * (BLOCK + 1) + k];
          }
        }
      }
    }
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
