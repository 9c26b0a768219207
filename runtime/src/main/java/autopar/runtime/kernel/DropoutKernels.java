package autopar.runtime.kernel;

import autopar.runtime.Placement;

/** Dropout, whose mask any shard draws for itself. */
final class DropoutKernels {

  private DropoutKernels() {}

  /** x -> (y, mask). */
  static void forward(
      double rate, FloatTensor x, FloatTensor y, FloatTensor mask, Placement placement) {
    int n = x.lastDim();
    for (int r = 0; r < x.rows() && n > 0; r++) {
      mask(rate, wholeIndex(r, x, placement), 1, mask.data(), r * n, n, placement);
    }
    grad(rate, x.data(), mask.data(), y.data());
  }

  /** Index in the whole tensor of the first element of row {@code r} of the shard {@code x}. */
  private static long wholeIndex(int r, FloatTensor x, Placement placement) {
    int rest = r;
    long whole = 0;
    long stride = 1;
    for (int d = x.rank() - 1; d >= 0; d--) {
      String factor = "d" + d;
      int extent = x.shape()[d];
      int index = 0;
      if (d < x.rank() - 1) {
        index = rest % extent;
        rest /= extent;
      }
      whole += (placement.offset(factor) + (long) index) * stride;
      stride *= placement.extent(factor, extent);
    }
    return whole;
  }

  /** Writes {@code kept} where elements from {@code first} on survive, and 0 elsewhere. */
  static void mask(
      double rate, long first, float kept, float[] to, int at, int n, Placement placement) {
    for (int j = 0; j < n; j++) {
      to[at + j] = placement.survives(first + j, rate) ? kept : 0;
    }
  }

  /** (dy, mask) -> dx; forward does the same to x. */
  static void grad(double rate, float[] dy, float[] mask, float[] dx) {
    float kept = (float) (1 / (1 - rate));
    for (int i = 0; i < dx.length; i++) {
      dx[i] = dy[i] * (mask[i] * kept);
    }
  }
}
