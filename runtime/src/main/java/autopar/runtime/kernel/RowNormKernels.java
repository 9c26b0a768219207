package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.bound;
import static autopar.runtime.kernel.VectorMath.broadcast;
import static autopar.runtime.kernel.VectorMath.load;

import autopar.runtime.Placement;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/** Norms over the last dimension, given the moments of their rows. */
final class RowNormKernels {

  private RowNormKernels() {}

  /** (x, gain[, bias]) -> y. */
  static void forward(List<FloatTensor> in, RowMoments moments, FloatTensor y) {
    FloatTensor x = in.get(0);
    float[] gain = in.get(1).data();
    float[] bias = in.size() == 3 ? in.get(2).data() : null;
    int h = x.lastDim();
    for (int r = 0; r < x.rows(); r++) {
      moments.row(r);
      float center = moments.center;
      float factor = moments.factor;
      if (bias == null) {
        scaled(x.data(), r * h, h, center, factor, gain, y.data());
      } else {
        shifted(x.data(), r * h, h, center, factor, gain, bias, y.data());
      }
    }
  }

  private static void scaled(
      float[] x, int at, int h, float center, float factor, float[] gain, float[] y) {
    int j = 0;
    for (int whole = bound(h); j < whole; j += L) {
      load(x, at + j).sub(center).mul(factor).mul(load(gain, j)).intoArray(y, at + j);
    }
    for (; j < h; j++) {
      y[at + j] = (x[at + j] - center) * factor * gain[j];
    }
  }

  private static void shifted(
      float[] x, int at, int h, float center, float factor, float[] gain, float[] bias, float[] y) {
    int j = 0;
    for (int whole = bound(h); j < whole; j += L) {
      load(x, at + j)
          .sub(center)
          .mul(factor)
          .fma(load(gain, j), load(bias, j))
          .intoArray(y, at + j);
    }
    for (; j < h; j++) {
      y[at + j] = (x[at + j] - center) * factor * gain[j] + bias[j];
    }
  }

  /** The sum of x of each row, as the first statistic. */
  static void sums(FloatTensor x, FloatTensor out) {
    int h = x.lastDim();
    for (int r = 0; r < x.rows(); r++) {
      out.data()[r * out.lastDim()] = (float) Rows.sum(x.data(), r * h, h);
    }
  }

  /**
   * The sum of (x - mean)^2 of each row, as the first statistic.
   *
   * @param sums of the round before, or null where the mean is not subtracted
   */
  static void squares(FloatTensor x, FloatTensor sums, FloatTensor out, Placement placement) {
    int h = x.lastDim();
    for (int r = 0; r < x.rows(); r++) {
      float center = sums == null ? 0 : RowMoments.center(x, sums, r, placement);
      out.data()[r * out.lastDim()] = (float) Rows.squares(x.data(), r * h, h, center);
    }
  }

  /** As {@link #sums}, and the sum of g = dy * gain. */
  static void gradSums(List<FloatTensor> in, FloatTensor out) {
    FloatTensor x = in.get(0);
    sums(x, out);
    int h = x.lastDim();
    for (int r = 0; r < x.rows(); r++) {
      out.data()[r * out.lastDim() + 1] =
          (float) Rows.dot(in.get(2).data(), r * h, in.get(1).data(), 0, h);
    }
  }

  /** As {@link #squares}, and the sum of g (x - mean). */
  static void gradSquares(
      List<FloatTensor> in, FloatTensor sums, FloatTensor out, Placement placement) {
    FloatTensor x = in.get(0);
    squares(x, sums, out, placement);
    int h = x.lastDim();
    for (int r = 0; r < x.rows(); r++) {
      float center = sums == null ? 0 : RowMoments.center(x, sums, r, placement);
      out.data()[r * out.lastDim() + 1] =
          (float)
              Rows.dot(in.get(2).data(), r * h, in.get(1).data(), 0, x.data(), r * h, center, h);
    }
  }

  /** (x, gain, dy) -> dx = factor (g - mean(g) - y mean(g y)). */
  static void inputGrad(List<FloatTensor> in, RowMoments moments, FloatTensor dx) {
    FloatTensor x = in.get(0);
    float[] gain = in.get(1).data();
    float[] dy = in.get(2).data();
    for (int r = 0; r < x.rows(); r++) {
      moments.gradRow(r, dy, gain, dx.data());
      inputGrad(x.data(), dy, r * x.lastDim(), gain, moments, dx.data());
    }
  }

  private static void inputGrad(
      float[] x, float[] dy, int at, float[] gain, RowMoments moments, float[] dx) {
    float center = moments.center;
    float factor = moments.factor;
    float shift = (float) (-factor * moments.meanG);
    float slope = (float) (-factor * moments.meanGx * factor * factor);
    FloatVector factors = broadcast(factor);
    FloatVector shifts = broadcast(shift);
    FloatVector slopes = broadcast(slope);
    int j = 0;
    for (int whole = bound(gain.length); j < whole; j += L) {
      FloatVector rest = load(x, at + j).sub(center).fma(slopes, shifts);
      load(dy, at + j).mul(load(gain, j)).fma(factors, rest).intoArray(dx, at + j);
    }
    for (; j < gain.length; j++) {
      dx[at + j] = dy[at + j] * gain[j] * factor + ((x[at + j] - center) * slope + shift);
    }
  }

  /** (x, dy) -> (dgain[, dbias]), summed over rows. */
  static void parameterGrad(List<FloatTensor> in, RowMoments moments, List<FloatTensor> out) {
    FloatTensor x = in.get(0);
    float[] dy = in.get(1).data();
    int h = x.lastDim();
    ColumnSums gain = new ColumnSums(h);
    ColumnSums bias = new ColumnSums(h);
    float[] centers = new float[ColumnSums.TOGETHER];
    float[] factors = new float[ColumnSums.TOGETHER];
    int r = 0;
    for (; r <= x.rows() - ColumnSums.TOGETHER; r += ColumnSums.TOGETHER) {
      for (int k = 0; k < ColumnSums.TOGETHER; k++) {
        moments.row(r + k);
        centers[k] = moments.center;
        factors[k] = moments.factor;
      }
      gain.addProducts(dy, x.data(), r * h, centers, factors, bias);
    }
    for (; r < x.rows(); r++) {
      moments.row(r);
      gain.addProducts(dy, r * h, x.data(), r * h, moments.center, moments.factor);
      bias.add(dy, r * h);
    }
    gain.write(out.get(0).data());
    if (out.size() == 2) {
      bias.write(out.get(1).data());
    }
  }
}
