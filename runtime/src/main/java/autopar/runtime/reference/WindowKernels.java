package autopar.runtime.reference;

import autopar.ir.op.Conv2d;
import autopar.ir.op.Conv2dInputGrad;
import autopar.ir.op.Conv2dWeightGrad;
import autopar.ir.op.Pool2d;
import autopar.ir.op.Pool2dGrad;
import autopar.ir.op.PoolKind;
import autopar.ir.op.Window;
import java.util.Arrays;
import java.util.List;

/** Convolutions and pools: one loop over all pairs of an output and an input position. */
final class WindowKernels {

  private WindowKernels() {}

  /** Visits output (y, x) and input (h, w) at window position (ky, kx) of one sample. */
  @FunctionalInterface
  private interface Pair {
    void visit(int sample, int out, int in, int window);
  }

  /** {@code out}, {@code in} and {@code window} count positions, row-major. */
  private static void forEach(
      int[] input, int[] output, int kh, int kw, long stride, long padding, Pair pair) {
    for (int n = 0; n < input[0]; n++) {
      for (int y = 0; y < output[1]; y++) {
        for (int x = 0; x < output[2]; x++) {
          for (int ky = 0; ky < kh; ky++) {
            for (int kx = 0; kx < kw; kx++) {
              long h = y * stride + ky - padding;
              long w = x * stride + kx - padding;
              if (h >= 0 && h < input[1] && w >= 0 && w < input[2]) {
                int out = (n * output[1] + y) * output[2] + x;
                int in = (int) ((n * (long) input[1] + h) * input[2] + w);
                pair.visit(n, out, in, ky * kw + kx);
              }
            }
          }
        }
      }
    }
  }

  static Tensor conv(Conv2d op, List<Tensor> in, int[] shape) {
    Tensor x = in.get(0);
    Tensor w = in.get(1);
    Tensor y = Tensor.zeros(shape);
    convolve(x.shape(), shape, w.shape(), op.stride(), op.padding(), x, w, y, Role.OUTPUT);
    return y;
  }

  static Tensor convInputGrad(Conv2dInputGrad op, List<Tensor> in, int[] shape) {
    Tensor w = in.get(0);
    Tensor dy = in.get(1);
    Tensor dx = Tensor.zeros(shape);
    convolve(shape, dy.shape(), w.shape(), op.stride(), op.padding(), dx, w, dy, Role.INPUT);
    return dx;
  }

  static Tensor convWeightGrad(Conv2dWeightGrad op, List<Tensor> in, int[] shape) {
    Tensor x = in.get(0);
    Tensor dy = in.get(1);
    Tensor dw = Tensor.zeros(shape);
    convolve(x.shape(), dy.shape(), shape, op.stride(), op.padding(), x, dw, dy, Role.WEIGHTS);
    return dw;
  }

  /** Which of the three tensors is summed into. */
  private enum Role {
    INPUT,
    WEIGHTS,
    OUTPUT
  }

  private static void convolve(
      int[] input,
      int[] output,
      int[] kernel,
      long stride,
      long padding,
      Tensor x,
      Tensor w,
      Tensor y,
      Role summed) {
    int inputs = kernel[2];
    int outputs = kernel[3];
    forEach(
        input,
        output,
        kernel[0],
        kernel[1],
        stride,
        padding,
        (n, out, in, window) -> {
          for (int i = 0; i < inputs; i++) {
            int xi = in * inputs + i;
            for (int o = 0; o < outputs; o++) {
              int wi = (window * inputs + i) * outputs + o;
              int yi = out * outputs + o;
              switch (summed) {
                case INPUT -> x.data()[xi] += w.data()[wi] * y.data()[yi];
                case WEIGHTS -> w.data()[wi] += x.data()[xi] * y.data()[yi];
                case OUTPUT -> y.data()[yi] += x.data()[xi] * w.data()[wi];
              }
            }
          }
        });
  }

  static Tensor pool(Pool2d op, Tensor x, int[] shape) {
    Tensor y = Tensor.zeros(shape);
    int c = x.lastDim();
    if (op.kind() == PoolKind.MAX) {
      Arrays.fill(y.data(), Double.NEGATIVE_INFINITY);
    }
    double[] counts = counts(op.window(), x.shape(), shape);
    slide(
        op.window(),
        x.shape(),
        shape,
        (n, out, in, window) -> {
          for (int i = 0; i < c; i++) {
            double value = x.data()[in * c + i];
            int at = out * c + i;
            y.data()[at] =
                op.kind() == PoolKind.MAX
                    ? Math.max(y.data()[at], value)
                    : y.data()[at] + value / counts[out];
          }
        });
    return y;
  }

  static Tensor poolGrad(Pool2dGrad op, List<Tensor> in, int[] shape) {
    Tensor dy = in.getLast();
    Tensor dx = Tensor.zeros(shape);
    int c = dy.lastDim();
    double[] counts = counts(op.window(), shape, dy.shape());
    int[] best = new int[dy.size()];
    Arrays.fill(best, -1);
    if (op.kind() == PoolKind.MAX) {
      double[] x = in.get(0).data();
      slide(
          op.window(),
          shape,
          dy.shape(),
          (n, out, from, window) -> {
            for (int i = 0; i < c; i++) {
              int at = out * c + i;
              if (best[at] < 0 || x[from * c + i] > x[best[at]]) {
                best[at] = from * c + i;
              }
            }
          });
      for (int at = 0; at < best.length; at++) {
        dx.data()[best[at]] += dy.data()[at];
      }
      return dx;
    }
    slide(
        op.window(),
        shape,
        dy.shape(),
        (n, out, from, window) -> {
          for (int i = 0; i < c; i++) {
            dx.data()[from * c + i] += dy.data()[out * c + i] / counts[out];
          }
        });
    return dx;
  }

  private static void slide(Window window, int[] input, int[] output, Pair pair) {
    forEach(
        input,
        output,
        Math.toIntExact(window.height()),
        Math.toIntExact(window.width()),
        window.stride(),
        window.padding(),
        pair);
  }

  /** Positions inside the image per output position. */
  private static double[] counts(Window window, int[] input, int[] output) {
    double[] counts = new double[output[0] * output[1] * output[2]];
    slide(window, input, output, (n, out, in, at) -> counts[out]++);
    return counts;
  }
}
