package autopar.runtime.kernel;

import java.util.Arrays;
import java.util.List;

/**
 * Convolutions as products with the input's patches: row (y, x) holds the elements that the window
 * of output (y, x) covers. Patches are made for some rows of outputs at a time.
 */
final class ConvolutionKernels {

  /** Elements of the patches at hand. */
  private static final int BLOCK = 1 << 18;

  private final MatrixProduct product;

  ConvolutionKernels(MatrixProduct product) {
    this.product = product;
  }

  /** The sizes of one convolution; x is [n, h, w, i], the weights [kh, kw, i, o]. */
  private record Sizes(int[] x, int[] weights, int[] y, int stride, int padding) {

    /** Elements of a patch. */
    int patch() {
      return weights[0] * weights[1] * weights[2];
    }

    int outputs() {
      return weights[3];
    }

    /** Rows of outputs whose patches are made together. */
    int rows() {
      return Math.clamp(BLOCK / Math.max(1, y[2] * patch()), 1, Math.max(1, y[1]));
    }

    int xAt(int sample) {
      return sample * x[1] * x[2] * x[3];
    }

    int yAt(int sample, int row) {
      return (sample * y[1] + row) * y[2] * y[3];
    }
  }

  /** One block of rows of outputs of a sample. */
  @FunctionalInterface
  private interface Block {
    void run(int sample, int row, int positions, float[] patches);
  }

  private static void forEachBlock(Sizes s, Block block) {
    int rows = s.rows();
    float[] patches = new float[rows * s.y[2] * s.patch()];
    for (int n = 0; n < s.x[0]; n++) {
      for (int row = 0; row < s.y[1]; row += rows) {
        block.run(n, row, Math.min(rows, s.y[1] - row) * s.y[2], patches);
      }
    }
  }

  /** (x, weights) -> y. */
  void forward(long stride, long padding, List<FloatTensor> in, FloatTensor y) {
    FloatTensor x = in.get(0);
    FloatTensor w = in.get(1);
    Sizes s = new Sizes(x.shape(), w.shape(), y.shape(), (int) stride, (int) padding);
    forEachBlock(
        s,
        (n, row, positions, patches) -> {
          gather(s, x.data(), n, row, positions, patches);
          product.multiply(
              false,
              false,
              positions,
              s.outputs(),
              s.patch(),
              patches,
              0,
              s.patch(),
              w.data(),
              0,
              s.outputs(),
              y.data(),
              s.yAt(n, row),
              s.outputs(),
              false);
        });
  }

  /** (weights, dy) -> dx. */
  void inputGrad(long stride, long padding, List<FloatTensor> in, FloatTensor dx) {
    FloatTensor w = in.get(0);
    FloatTensor dy = in.get(1);
    Sizes s = new Sizes(dx.shape(), w.shape(), dy.shape(), (int) stride, (int) padding);
    Arrays.fill(dx.data(), 0);
    forEachBlock(
        s,
        (n, row, positions, patches) -> {
          product.multiply(
              false,
              true,
              positions,
              s.patch(),
              s.outputs(),
              dy.data(),
              s.yAt(n, row),
              s.outputs(),
              w.data(),
              0,
              s.outputs(),
              patches,
              0,
              s.patch(),
              false);
          scatter(s, patches, n, row, positions, dx.data());
        });
  }

  /** (x, dy) -> dweights. */
  void weightGrad(long stride, long padding, List<FloatTensor> in, FloatTensor dw) {
    FloatTensor x = in.get(0);
    FloatTensor dy = in.get(1);
    Sizes s = new Sizes(x.shape(), dw.shape(), dy.shape(), (int) stride, (int) padding);
    Arrays.fill(dw.data(), 0);
    forEachBlock(
        s,
        (n, row, positions, patches) -> {
          gather(s, x.data(), n, row, positions, patches);
          product.multiply(
              true,
              false,
              s.patch(),
              s.outputs(),
              positions,
              patches,
              0,
              s.patch(),
              dy.data(),
              s.yAt(n, row),
              s.outputs(),
              dw.data(),
              0,
              s.outputs(),
              true);
        });
  }

  /** One row of one window: where it lies in x and in the patches, and how long it is. */
  @FunctionalInterface
  private interface Piece {
    void run(int at, int from, int length, int before, int after);
  }

  /**
   * Elements of a window's row are neighbours in x; {@code before} and {@code after} lie outside.
   */
  private static void forEachPiece(Sizes s, int n, int row, int positions, Piece piece) {
    int channels = s.x[3];
    int width = s.weights[1];
    for (int p = 0; p < positions; p++) {
      int left = p % s.y[2] * s.stride - s.padding;
      int first = Math.clamp(-left, 0, width);
      int end = Math.clamp((long) s.x[2] - left, first, width);
      for (int ky = 0; ky < s.weights[0]; ky++) {
        int h = (row + p / s.y[2]) * s.stride + ky - s.padding;
        boolean inside = h >= 0 && h < s.x[1];
        int at = p * s.patch() + ky * width * channels;
        int from = s.xAt(n) + (h * s.x[2] + left + first) * channels;
        int length = inside ? (end - first) * channels : 0;
        int before = inside ? first * channels : width * channels;
        piece.run(at, from, length, before, width * channels - length - before);
      }
    }
  }

  private static void gather(Sizes s, float[] x, int n, int row, int positions, float[] patches) {
    forEachPiece(
        s,
        n,
        row,
        positions,
        (at, from, length, before, after) -> {
          int start = at + before;
          Arrays.fill(patches, at, start, 0);
          if (length > 0) {
            System.arraycopy(x, from, patches, start, length);
          }
          Arrays.fill(patches, start + length, start + length + after, 0);
        });
  }

  private static void scatter(Sizes s, float[] patches, int n, int row, int positions, float[] dx) {
    forEachPiece(
        s,
        n,
        row,
        positions,
        (at, from, length, before, after) -> {
          for (int j = 0; j < length; j++) {
            dx[from + j] += patches[at + before + j];
          }
        });
  }
}
