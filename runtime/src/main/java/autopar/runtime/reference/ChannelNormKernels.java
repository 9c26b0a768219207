package autopar.runtime.reference;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Batch and group norm: elements fall into classes (a channel; a sample's group of channels) with
 * common statistics; the shape of the statistics tells which.
 */
final class ChannelNormKernels {

  private ChannelNormKernels() {}

  /** The class of each element of {@code x} given the shape of the statistics. */
  private static IntUnaryOperator classes(Tensor x, int[] statistics) {
    int channels = x.lastDim();
    if (statistics.length == 1) {
      return i -> i % channels;
    }
    int groups = statistics[1];
    int perSample = x.size() / x.shape()[0];
    return i -> i / perSample * groups + i % channels / (channels / groups);
  }

  static List<Tensor> forward(List<Tensor> in, List<int[]> shapes, double eps) {
    Tensor x = in.get(0);
    IntUnaryOperator of = classes(x, shapes.get(1));
    Tensor mean = Tensor.zeros(shapes.get(1));
    Tensor deviation = Tensor.zeros(shapes.get(2));
    double count = (double) x.size() / mean.size();
    for (int i = 0; i < x.size(); i++) {
      mean.data()[of.applyAsInt(i)] += x.data()[i] / count;
    }
    for (int i = 0; i < x.size(); i++) {
      double centered = x.data()[i] - mean.data()[of.applyAsInt(i)];
      deviation.data()[of.applyAsInt(i)] += centered * centered / count;
    }
    for (int c = 0; c < deviation.size(); c++) {
      deviation.data()[c] = 1 / Math.sqrt(deviation.data()[c] + eps);
    }
    Tensor y =
        Tensor.filled(
            x.shape(),
            i ->
                normalized(x, mean, deviation, of, i) * in.get(1).data()[i % x.lastDim()]
                    + in.get(2).data()[i % x.lastDim()]);
    return List.of(y, mean, deviation);
  }

  private static double normalized(
      Tensor x, Tensor mean, Tensor deviation, IntUnaryOperator of, int i) {
    int c = of.applyAsInt(i);
    return (x.data()[i] - mean.data()[c]) * deviation.data()[c];
  }

  /** (x, gain, mean, deviation, dy) -> dx. */
  static Tensor inputGrad(List<Tensor> in) {
    Tensor x = in.get(0);
    Tensor mean = in.get(2);
    Tensor deviation = in.get(3);
    IntUnaryOperator of = classes(x, mean.shape());
    Tensor g =
        Tensor.filled(x.shape(), i -> in.get(4).data()[i] * in.get(1).data()[i % x.lastDim()]);
    double count = (double) x.size() / mean.size();
    double[] meanG = new double[mean.size()];
    double[] meanGy = new double[mean.size()];
    for (int i = 0; i < x.size(); i++) {
      int c = of.applyAsInt(i);
      meanG[c] += g.data()[i] / count;
      meanGy[c] += g.data()[i] * normalized(x, mean, deviation, of, i) / count;
    }
    return Tensor.filled(
        x.shape(),
        i -> {
          int c = of.applyAsInt(i);
          double y = normalized(x, mean, deviation, of, i);
          return deviation.data()[c] * (g.data()[i] - meanG[c] - y * meanGy[c]);
        });
  }

  /** (x, mean, deviation, dy) -> (dgain, dbias). */
  static List<Tensor> parameterGrad(List<Tensor> in) {
    Tensor x = in.get(0);
    Tensor dy = in.get(3);
    IntUnaryOperator of = classes(x, in.get(1).shape());
    Tensor gain = Tensor.zeros(x.lastDim());
    Tensor bias = Tensor.zeros(x.lastDim());
    for (int i = 0; i < x.size(); i++) {
      double y = normalized(x, in.get(1), in.get(2), of, i);
      gain.data()[i % x.lastDim()] += dy.data()[i] * y;
      bias.data()[i % x.lastDim()] += dy.data()[i];
    }
    return List.of(gain, bias);
  }
}
