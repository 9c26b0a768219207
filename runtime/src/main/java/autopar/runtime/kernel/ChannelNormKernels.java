package autopar.runtime.kernel;

import static autopar.runtime.kernel.ColumnSums.TOGETHER;
import static autopar.runtime.kernel.VectorMath.L;
import static autopar.runtime.kernel.VectorMath.bound;
import static autopar.runtime.kernel.VectorMath.load;

import autopar.runtime.Placement;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/**
 * Batch and group norm: elements fall into classes (a channel; a sample's group of channels) with
 * common statistics; the shape of the statistics tells which.
 */
final class ChannelNormKernels {

  private ChannelNormKernels() {}

  /**
   * How x is cut: {@code samples} of {@code positions} rows of {@code channels}, {@code members} of
   * which form a class.
   */
  private record Layout(int samples, int positions, int channels, int classes, int members) {

    static Layout of(FloatTensor x, int[] statistics) {
      int channels = x.lastDim();
      if (statistics.length == 1) {
        return new Layout(1, x.rows(), channels, channels, 1);
      }
      int samples = x.shape()[0];
      int classes = statistics[1];
      int positions = samples == 0 ? 0 : x.rows() / samples;
      return new Layout(
          samples, positions, channels, classes, classes == 0 ? 0 : channels / classes);
    }

    int row(int sample, int position) {
      return (sample * positions + position) * channels;
    }

    double count() {
      return Math.max(1, (double) positions * members);
    }

    /** The class's number for each of its channels. */
    float[] spread(float[] ofClass, int sample) {
      float[] spread = new float[channels];
      for (int c = 0; c < channels; c++) {
        spread[c] = ofClass[sample * classes + c / members];
      }
      return spread;
    }

    /** The sum over the channels of each class. */
    double[] gather(double[] ofChannel) {
      double[] sums = new double[classes];
      for (int c = 0; c < channels; c++) {
        sums[c / members] += ofChannel[c];
      }
      return sums;
    }

    /** {@code ofChannel} weighted. */
    static double[] times(double[] ofChannel, float[] weight) {
      double[] products = new double[ofChannel.length];
      for (int c = 0; c < products.length; c++) {
        products[c] = ofChannel[c] * weight[c];
      }
      return products;
    }
  }

  /** Elements of a class over all its shards; {@code statistics} are of rank 1 for a batch norm. */
  private static double wholeCount(
      FloatTensor x, Layout layout, FloatTensor statistics, Placement placement) {
    double count = 1;
    if (statistics.rank() == 1) {
      for (int d = 0; d < x.rank() - 1; d++) {
        count *= placement.extent("d" + d, x.shape()[d]);
      }
    } else {
      count *= placement.extent("y", x.shape()[1]);
      count *= placement.extent("x", x.shape()[2]);
      count *= placement.extent("r", layout.members());
    }
    return Math.max(1, count);
  }

  /** (x, gain, bias) -> (y, mean, deviation). */
  static void forward(List<FloatTensor> in, double eps, List<FloatTensor> out) {
    FloatTensor x = in.get(0);
    Layout layout = Layout.of(x, out.get(1).shape());
    float[] mean = out.get(1).data();
    float[] deviation = out.get(2).data();
    for (int s = 0; s < layout.samples(); s++) {
      ChannelMoments moments =
          ChannelMoments.of(x.data(), layout.row(s, 0), layout.positions(), layout.channels());
      double[] sums = layout.gather(moments.sums());
      for (int c = 0; c < layout.classes(); c++) {
        mean[s * layout.classes() + c] = (float) (sums[c] / layout.count());
      }
      double[] squares = layout.gather(moments.squares(layout.spread(mean, s)));
      for (int c = 0; c < layout.classes(); c++) {
        deviation[s * layout.classes() + c] =
            (float) (1 / Math.sqrt(Math.max(0, squares[c]) / layout.count() + eps));
      }
    }
    normalize(in, layout, out);
  }

  private static void normalize(List<FloatTensor> in, Layout layout, List<FloatTensor> out) {
    float[] gain = in.get(1).data();
    float[] bias = in.get(2).data();
    for (int s = 0; s < layout.samples(); s++) {
      float[] center = layout.spread(out.get(1).data(), s);
      float[] factor = layout.spread(out.get(2).data(), s);
      for (int c = 0; c < factor.length; c++) {
        factor[c] *= gain[c];
      }
      float[] x = in.get(0).data();
      float[] y = out.get(0).data();
      int p = 0;
      for (; p <= layout.positions() - TOGETHER; p += TOGETHER) {
        normalizeFour(x, layout.row(s, p), center, factor, bias, y);
      }
      int rest = layout.positions() - p;
      normalizeRest(x, layout.row(s, p), rest, 0, center, factor, bias, y);
    }
  }

  /** {@link #TOGETHER} rows, one right after the other. */
  private static void normalizeFour(
      float[] x, int at, float[] center, float[] factor, float[] bias, float[] y) {
    int h = center.length;
    int at1 = at + h;
    int at2 = at1 + h;
    int at3 = at2 + h;
    int c = 0;
    for (int whole = bound(h); c < whole; c += L) {
      FloatVector m = load(center, c);
      FloatVector f = load(factor, c);
      FloatVector b = load(bias, c);
      load(x, at + c).sub(m).fma(f, b).intoArray(y, at + c);
      load(x, at1 + c).sub(m).fma(f, b).intoArray(y, at1 + c);
      load(x, at2 + c).sub(m).fma(f, b).intoArray(y, at2 + c);
      load(x, at3 + c).sub(m).fma(f, b).intoArray(y, at3 + c);
    }
    normalizeRest(x, at, TOGETHER, c, center, factor, bias, y);
  }

  /** Some rows, from a channel on. */
  private static void normalizeRest(
      float[] x,
      int at,
      int rows,
      int channel,
      float[] center,
      float[] factor,
      float[] bias,
      float[] y) {
    int h = center.length;
    for (int c = channel; c < h; c++) {
      for (int i = at + c; i < at + rows * h; i += h) {
        y[i] = (x[i] - center[c]) * factor[c] + bias[c];
      }
    }
  }

  /** The sum of x of each class. */
  static void sums(List<FloatTensor> in, FloatTensor out) {
    FloatTensor x = in.get(0);
    Layout layout = Layout.of(x, Arrays.copyOf(out.shape(), out.rank() - 1));
    for (int s = 0; s < layout.samples(); s++) {
      ColumnSums sums = new ColumnSums(layout.channels());
      for (int p = 0; p < layout.positions(); p++) {
        sums.add(x.data(), layout.row(s, p));
      }
      write(layout, s, layout.gather(sums.totals()), out);
    }
  }

  /** The sum of (x - mean)^2 of each class, given the sums of x. */
  static void squares(
      List<FloatTensor> in, FloatTensor sums, FloatTensor out, Placement placement) {
    FloatTensor x = in.get(0);
    int[] classes = Arrays.copyOf(out.shape(), out.rank() - 1);
    Layout layout = Layout.of(x, classes);
    float[] mean = means(sums, wholeCount(x, layout, FloatTensor.zeros(classes), placement));
    for (int s = 0; s < layout.samples(); s++) {
      float[] center = layout.spread(mean, s);
      ColumnSums squares = new ColumnSums(layout.channels());
      for (int p = 0; p < layout.positions(); p++) {
        squares.addSquares(x.data(), layout.row(s, p), center);
      }
      write(layout, s, layout.gather(squares.totals()), out);
    }
  }

  private static float[] means(FloatTensor sums, double count) {
    float[] means = new float[sums.size()];
    for (int c = 0; c < means.length; c++) {
      means[c] = (float) (sums.data()[c] / count);
    }
    return means;
  }

  private static void write(Layout layout, int sample, double[] ofClass, FloatTensor out) {
    for (int c = 0; c < layout.classes(); c++) {
      out.data()[sample * layout.classes() + c] = (float) ofClass[c];
    }
  }

  private static void write(
      Layout layout, int sample, double[] first, double[] second, FloatTensor out) {
    for (int c = 0; c < layout.classes(); c++) {
      out.data()[(sample * layout.classes() + c) * 2] = (float) first[c];
      out.data()[(sample * layout.classes() + c) * 2 + 1] = (float) second[c];
    }
  }

  /** Finishes {@link #forward} of classes that are split. */
  static void finish(
      List<FloatTensor> in,
      double eps,
      List<FloatTensor> statistics,
      Placement placement,
      List<FloatTensor> out) {
    Layout layout = Layout.of(in.get(0), out.get(1).shape());
    double count = wholeCount(in.get(0), layout, out.get(1), placement);
    float[] mean = means(statistics.get(0), count);
    System.arraycopy(mean, 0, out.get(1).data(), 0, mean.length);
    for (int c = 0; c < mean.length; c++) {
      double variance = statistics.get(1).data()[c] / count;
      out.get(2).data()[c] = (float) (1 / Math.sqrt(variance + eps));
    }
    normalize(in, layout, out);
  }

  /** (x, gain, mean, deviation, dy): sums of g and of g y of each class, where g = dy * gain. */
  static void gradStatistics(List<FloatTensor> in, FloatTensor out) {
    FloatTensor x = in.get(0);
    Layout layout = Layout.of(x, in.get(2).shape());
    float[] gain = in.get(1).data();
    float[] dy = in.get(4).data();
    for (int s = 0; s < layout.samples(); s++) {
      float[] center = layout.spread(in.get(2).data(), s);
      ColumnSums sums = new ColumnSums(layout.channels());
      ColumnSums products = new ColumnSums(layout.channels());
      products.addProducts(dy, x.data(), layout.row(s, 0), layout.positions(), center, sums);
      float[] factor = layout.spread(in.get(3).data(), s);
      double[] g = layout.gather(Layout.times(sums.totals(), gain));
      double[] gy = layout.gather(Layout.times(Layout.times(products.totals(), gain), factor));
      write(layout, s, g, gy, out);
    }
  }

  /** (x, gain, mean, deviation, dy) -> dx. */
  static void inputGrad(List<FloatTensor> in, FloatTensor dx) {
    int[] shape = Arrays.copyOf(in.get(2).shape(), in.get(2).rank() + 1);
    shape[shape.length - 1] = 2;
    FloatTensor statistics = FloatTensor.zeros(shape);
    gradStatistics(in, statistics);
    Layout layout = Layout.of(in.get(0), in.get(2).shape());
    inputGrad(in, layout, layout.count(), statistics, dx);
  }

  /** The same of classes that are split. */
  static void finishInputGrad(
      List<FloatTensor> in, FloatTensor statistics, Placement placement, FloatTensor dx) {
    Layout layout = Layout.of(in.get(0), in.get(2).shape());
    double count = wholeCount(in.get(0), layout, in.get(2), placement);
    inputGrad(in, layout, count, statistics, dx);
  }

  private static void inputGrad(
      List<FloatTensor> in, Layout layout, double count, FloatTensor statistics, FloatTensor dx) {
    int classes = in.get(2).size();
    float[] meanG = new float[classes];
    float[] slope = new float[classes];
    for (int c = 0; c < classes; c++) {
      meanG[c] = (float) (statistics.data()[2 * c] / count);
      slope[c] = (float) (statistics.data()[2 * c + 1] / count * in.get(3).data()[c]);
    }
    float[] gain = in.get(1).data();
    float[] x = in.get(0).data();
    float[] dy = in.get(4).data();
    for (int s = 0; s < layout.samples(); s++) {
      float[] center = layout.spread(in.get(2).data(), s);
      float[] factor = layout.spread(in.get(3).data(), s);
      float[] shift = layout.spread(meanG, s);
      float[] slopes = layout.spread(slope, s);
      float[] weight = new float[factor.length];
      for (int c = 0; c < factor.length; c++) {
        weight[c] = gain[c] * factor[c];
        shift[c] *= -factor[c];
        slopes[c] *= -factor[c];
      }
      int p = 0;
      for (; p <= layout.positions() - TOGETHER; p += TOGETHER) {
        fourInputGrads(x, dy, layout.row(s, p), center, weight, shift, slopes, dx.data());
      }
      int rest = layout.positions() - p;
      restOfInputGrads(x, dy, layout.row(s, p), rest, 0, center, weight, shift, slopes, dx.data());
    }
  }

  /** As {@link #normalizeFour}. */
  private static void fourInputGrads(
      float[] x,
      float[] dy,
      int at,
      float[] center,
      float[] weight,
      float[] shift,
      float[] slope,
      float[] dx) {
    int h = center.length;
    int at1 = at + h;
    int at2 = at1 + h;
    int at3 = at2 + h;
    int c = 0;
    for (int whole = bound(h); c < whole; c += L) {
      FloatVector m = load(center, c);
      FloatVector w = load(weight, c);
      FloatVector d = load(shift, c);
      FloatVector k = load(slope, c);
      load(dy, at + c).fma(w, load(x, at + c).sub(m).fma(k, d)).intoArray(dx, at + c);
      load(dy, at1 + c).fma(w, load(x, at1 + c).sub(m).fma(k, d)).intoArray(dx, at1 + c);
      load(dy, at2 + c).fma(w, load(x, at2 + c).sub(m).fma(k, d)).intoArray(dx, at2 + c);
      load(dy, at3 + c).fma(w, load(x, at3 + c).sub(m).fma(k, d)).intoArray(dx, at3 + c);
    }
    restOfInputGrads(x, dy, at, TOGETHER, c, center, weight, shift, slope, dx);
  }

  /** As {@link #normalizeRest}. */
  private static void restOfInputGrads(
      float[] x,
      float[] dy,
      int at,
      int rows,
      int channel,
      float[] center,
      float[] weight,
      float[] shift,
      float[] slope,
      float[] dx) {
    int h = center.length;
    for (int c = channel; c < h; c++) {
      for (int i = at + c; i < at + rows * h; i += h) {
        dx[i] = dy[i] * weight[c] + ((x[i] - center[c]) * slope[c] + shift[c]);
      }
    }
  }

  /** (x, mean, deviation, dy) -> (dgain, dbias). */
  static void parameterGrad(List<FloatTensor> in, List<FloatTensor> out) {
    FloatTensor x = in.get(0);
    Layout layout = Layout.of(x, in.get(1).shape());
    float[] dy = in.get(3).data();
    double[] gain = new double[layout.channels()];
    ColumnSums bias = new ColumnSums(layout.channels());
    for (int s = 0; s < layout.samples(); s++) {
      float[] center = layout.spread(in.get(1).data(), s);
      float[] factor = layout.spread(in.get(2).data(), s);
      ColumnSums products = new ColumnSums(layout.channels());
      products.addProducts(dy, x.data(), layout.row(s, 0), layout.positions(), center, bias);
      double[] sums = products.totals();
      for (int c = 0; c < gain.length; c++) {
        gain[c] += sums[c] * factor[c];
      }
    }
    for (int c = 0; c < gain.length; c++) {
      out.get(0).data()[c] = (float) gain[c];
    }
    bias.write(out.get(1).data());
  }
}
