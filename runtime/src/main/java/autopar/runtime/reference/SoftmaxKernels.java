package autopar.runtime.reference;

import autopar.ir.op.Softmax;
import autopar.ir.op.SoftmaxGrad;
import autopar.runtime.Placement;
import java.util.List;

/** Softmax and cross-entropy over the last dimension. */
final class SoftmaxKernels {

  private SoftmaxKernels() {}

  static Tensor softmax(Softmax op, Tensor x, Placement placement) {
    int n = x.lastDim();
    int queries = x.rank() < 2 ? 1 : x.shape()[x.rank() - 2];
    int firstQuery = placement.offset("d" + (x.rank() - 2));
    Tensor y = Tensor.zeros(x.shape());
    for (int row = 0; row < x.size(); row += n) {
      int query = firstQuery + row / n % queries;
      double max = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < n; k++) {
        if (op.mask().sees(query, k)) {
          max = Math.max(max, op.scale() * x.data()[row + k]);
        }
      }
      double sum = 0;
      for (int k = 0; k < n; k++) {
        if (op.mask().sees(query, k)) {
          y.data()[row + k] = Math.exp(op.scale() * x.data()[row + k] - max);
          sum += y.data()[row + k];
        }
      }
      for (int k = 0; k < n; k++) {
        y.data()[row + k] /= sum;
      }
    }
    return y;
  }

  static Tensor softmaxGrad(SoftmaxGrad op, Tensor y, Tensor dy) {
    int n = y.lastDim();
    Tensor dx = Tensor.zeros(y.shape());
    for (int row = 0; row < y.size(); row += n) {
      double dot = 0;
      for (int i = row; i < row + n; i++) {
        dot += y.data()[i] * dy.data()[i];
      }
      for (int i = row; i < row + n; i++) {
        dx.data()[i] = op.scale() * y.data()[i] * (dy.data()[i] - dot);
      }
    }
    return dx;
  }

  static List<Tensor> crossEntropy(List<Tensor> in, Placement placement) {
    Tensor logits = in.get(0);
    Tensor labels = in.get(1);
    int v = logits.lastDim();
    Tensor lse = Tensor.filled(labels.shape(), row -> logSumExp(logits.data(), row * v, v));
    double loss = 0;
    for (int row = 0; row < labels.size(); row++) {
      int label = (int) labels.data()[row];
      if (label >= 0) {
        loss += lse.data()[row] - logits.data()[row * v + label];
      }
    }
    double counted = placement.labels().orElseGet(() -> counted(labels));
    return List.of(Tensor.scalar(counted == 0 ? 0 : loss / counted), lse);
  }

  /** (logits, labels, log-sum-exp, dloss) -> dlogits. */
  static Tensor crossEntropyGrad(List<Tensor> in, Placement placement) {
    Tensor logits = in.get(0);
    Tensor labels = in.get(1);
    int v = logits.lastDim();
    int firstClass = placement.offset("v");
    double counted = placement.labels().orElseGet(() -> counted(labels));
    double weight = counted == 0 ? 0 : in.get(3).data()[0] / counted;
    return Tensor.filled(
        logits.shape(),
        i -> {
          int label = (int) labels.data()[i / v];
          if (label < 0) {
            return 0;
          }
          double p = Math.exp(logits.data()[i] - in.get(2).data()[i / v]);
          return weight * (p - (label == firstClass + i % v ? 1 : 0));
        });
  }

  private static double counted(Tensor labels) {
    double n = 0;
    for (double label : labels.data()) {
      n += label >= 0 ? 1 : 0;
    }
    return n;
  }

  static double logSumExp(double[] x, int from, int count) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      max = Math.max(max, x[i]);
    }
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += Math.exp(x[i] - max);
    }
    return max + Math.log(sum);
  }
}
