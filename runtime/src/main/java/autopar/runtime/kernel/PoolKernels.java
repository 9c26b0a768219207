package autopar.runtime.kernel;

import autopar.ir.op.Pool2d;
import autopar.ir.op.Pool2dGrad;
import autopar.ir.op.PoolKind;
import autopar.ir.op.Window;
import java.util.Arrays;
import java.util.List;

/** Pools: one loop over outputs and the positions of their windows that lie inside the image. */
final class PoolKernels {

  private PoolKernels() {}

  /** One output and one position of its window, as places of their first channel. */
  @FunctionalInterface
  private interface Pair {
    void run(int out, int in, int inside);
  }

  /** {@code inside} counts the positions of the window that lie inside the image. */
  private static void forEachPair(Window window, int[] input, int[] output, Pair pair) {
    int channels = input[3];
    for (int n = 0; n < output[0]; n++) {
      for (int y = 0; y < output[1]; y++) {
        long top = y * window.stride() - window.padding();
        int h0 = (int) Math.max(top, 0);
        int h1 = (int) Math.min(top + window.height(), input[1]);
        for (int x = 0; x < output[2]; x++) {
          long left = x * window.stride() - window.padding();
          int w0 = (int) Math.max(left, 0);
          int w1 = (int) Math.min(left + window.width(), input[2]);
          int out = ((n * output[1] + y) * output[2] + x) * channels;
          for (int h = h0; h < h1; h++) {
            for (int w = w0; w < w1; w++) {
              int in = ((n * input[1] + h) * input[2] + w) * channels;
              pair.run(out, in, (h1 - h0) * (w1 - w0));
            }
          }
        }
      }
    }
  }

  static void pool(Pool2d op, FloatTensor x, FloatTensor y) {
    int c = x.lastDim();
    boolean max = op.kind() == PoolKind.MAX;
    Arrays.fill(y.data(), max ? Float.NEGATIVE_INFINITY : 0);
    forEachPair(
        op.window(),
        x.shape(),
        y.shape(),
        (out, in, inside) -> {
          if (max) {
            maximum(x.data(), in, y.data(), out, c);
          } else {
            add(x.data(), in, 1f / inside, y.data(), out, c);
          }
        });
  }

  private static void maximum(float[] x, int from, float[] y, int to, int n) {
    for (int j = 0; j < n; j++) {
      y[to + j] = Math.max(y[to + j], x[from + j]);
    }
  }

  private static void add(float[] x, int from, float weight, float[] y, int to, int n) {
    for (int j = 0; j < n; j++) {
      y[to + j] += weight * x[from + j];
    }
  }

  /** dy -> dx of an average, (x, dy) -> dx of a maximum, which the first position wins. */
  static void poolGrad(Pool2dGrad op, List<FloatTensor> in, FloatTensor dx) {
    FloatTensor dy = in.getLast();
    int c = dy.lastDim();
    Arrays.fill(dx.data(), 0);
    if (op.kind() == PoolKind.AVG) {
      forEachPair(
          op.window(),
          dx.shape(),
          dy.shape(),
          (out, to, inside) -> add(dy.data(), out, 1f / inside, dx.data(), to, c));
      return;
    }
    float[] x = in.get(0).data();
    int[] best = new int[dy.size()];
    Arrays.fill(best, -1);
    forEachPair(
        op.window(),
        dx.shape(),
        dy.shape(),
        (out, from, inside) -> {
          for (int j = 0; j < c; j++) {
            if (best[out + j] < 0 || x[from + j] > x[best[out + j]]) {
              best[out + j] = from + j;
            }
          }
        });
    for (int i = 0; i < best.length; i++) {
      dx.data()[best[i]] += dy.data()[i];
    }
  }
}
