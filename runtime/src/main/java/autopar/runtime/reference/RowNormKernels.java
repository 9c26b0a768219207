package autopar.runtime.reference;

import autopar.ir.op.LayerNormParameterGrad;
import java.util.List;

/** Norms over the last dimension. */
final class RowNormKernels {

  private RowNormKernels() {}

  static Tensor layerNorm(double eps, List<Tensor> in) {
    Tensor x = in.get(0);
    Tensor y = normalized(x, eps, true);
    return Tensor.filled(
        x.shape(),
        i ->
            y.data()[i] * in.get(1).data()[i % x.lastDim()]
                + (in.size() == 3 ? in.get(2).data()[i % x.lastDim()] : 0));
  }

  static Tensor rmsNorm(double eps, List<Tensor> in) {
    Tensor x = in.get(0);
    Tensor y = normalized(x, eps, false);
    return Tensor.filled(x.shape(), i -> y.data()[i] * in.get(1).data()[i % x.lastDim()]);
  }

  /** (x - mean) / sqrt(variance + eps), or x / sqrt(mean square + eps) uncentered. */
  private static Tensor normalized(Tensor x, double eps, boolean centered) {
    int h = x.lastDim();
    Tensor y = Tensor.zeros(x.shape());
    for (int row = 0; row < x.size(); row += h) {
      double mean = centered ? mean(x.data(), row, h) : 0;
      double factor = 1 / Math.sqrt(square(x.data(), row, h, mean) + eps);
      for (int i = row; i < row + h; i++) {
        y.data()[i] = (x.data()[i] - mean) * factor;
      }
    }
    return y;
  }

  static Tensor layerNormGrad(double eps, List<Tensor> in) {
    return inputGrad(in.get(0), in.get(1), in.get(2), eps, true);
  }

  static Tensor rmsNormGrad(double eps, List<Tensor> in) {
    return inputGrad(in.get(0), in.get(1), in.get(2), eps, false);
  }

  /** dx = r (g - [mean(g)] - y mean(g y)) with g = dy * gain and r the reciprocal deviation. */
  private static Tensor inputGrad(Tensor x, Tensor gain, Tensor dy, double eps, boolean centered) {
    int h = x.lastDim();
    Tensor y = normalized(x, eps, centered);
    Tensor g = Tensor.filled(x.shape(), i -> dy.data()[i] * gain.data()[i % h]);
    Tensor dx = Tensor.zeros(x.shape());
    for (int row = 0; row < x.size(); row += h) {
      double center = centered ? mean(x.data(), row, h) : 0;
      double factor = 1 / Math.sqrt(square(x.data(), row, h, center) + eps);
      double meanG = centered ? mean(g.data(), row, h) : 0;
      double meanGy = 0;
      for (int i = row; i < row + h; i++) {
        meanGy += g.data()[i] * y.data()[i] / h;
      }
      for (int i = row; i < row + h; i++) {
        dx.data()[i] = factor * (g.data()[i] - meanG - y.data()[i] * meanGy);
      }
    }
    return dx;
  }

  static List<Tensor> layerNormParameterGrad(LayerNormParameterGrad op, List<Tensor> in) {
    Tensor gain = gainGrad(in, op.eps(), true);
    if (!op.bias()) {
      return List.of(gain);
    }
    Tensor dy = in.get(1);
    Tensor bias = Tensor.zeros(dy.lastDim());
    for (int i = 0; i < dy.size(); i++) {
      bias.data()[i % dy.lastDim()] += dy.data()[i];
    }
    return List.of(gain, bias);
  }

  static Tensor rmsNormGainGrad(double eps, List<Tensor> in) {
    return gainGrad(in, eps, false);
  }

  private static Tensor gainGrad(List<Tensor> in, double eps, boolean centered) {
    Tensor y = normalized(in.get(0), eps, centered);
    Tensor dy = in.get(1);
    Tensor gain = Tensor.zeros(dy.lastDim());
    for (int i = 0; i < dy.size(); i++) {
      gain.data()[i % dy.lastDim()] += dy.data()[i] * y.data()[i];
    }
    return gain;
  }

  private static double mean(double[] x, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += x[i];
    }
    return sum / count;
  }

  /** Mean square of x - center. */
  private static double square(double[] x, int from, int count, double center) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += (x[i] - center) * (x[i] - center);
    }
    return sum / count;
  }
}
