package autopar.runtime.kernel;

import autopar.runtime.Placement;
import java.util.Arrays;
import java.util.List;

/** Cross-entropy over the last dimension, whose shard may hold any part of the classes. */
final class CrossEntropyKernels {

  private CrossEntropyKernels() {}

  /** (logits, labels) -> (loss, log-sum-exp) of whole rows. */
  static void forward(List<FloatTensor> in, List<FloatTensor> out, Placement placement) {
    FloatTensor maximum = FloatTensor.zeros(in.get(1).size());
    FloatTensor sums = FloatTensor.zeros(in.get(1).size(), 2);
    maximum(in.get(0), maximum);
    sums(in, maximum, sums, placement);
    finish(in, maximum, sums, out, placement);
  }

  static void maximum(FloatTensor logits, FloatTensor out) {
    int v = logits.lastDim();
    for (int r = 0; r < logits.rows(); r++) {
      out.data()[r] = Rows.max(logits.data(), r * v, v, 1);
    }
  }

  /** The sum of exp(x - maximum), and the logit of the label where this shard has it. */
  static void sums(
      List<FloatTensor> in, FloatTensor maximum, FloatTensor out, Placement placement) {
    FloatTensor logits = in.get(0);
    int v = logits.lastDim();
    int first = placement.offset("v");
    for (int r = 0; r < logits.rows(); r++) {
      int label = (int) in.get(1).data()[r];
      boolean here = label >= first && label < first + v;
      out.data()[2 * r] = SoftmaxKernels.sum(logits.data(), r * v, v, 1, maximum.data()[r]);
      out.data()[2 * r + 1] = here ? logits.data()[r * v + label - first] : 0;
    }
  }

  static void finish(
      List<FloatTensor> in,
      FloatTensor maximum,
      FloatTensor sums,
      List<FloatTensor> out,
      Placement placement) {
    FloatTensor labels = in.get(1);
    double loss = 0;
    for (int r = 0; r < labels.size(); r++) {
      double lse = maximum.data()[r] + Math.log(sums.data()[2 * r]);
      out.get(1).data()[r] = (float) lse;
      if (labels.data()[r] >= 0) {
        loss += lse - sums.data()[2 * r + 1];
      }
    }
    double counted = placement.labels().orElseGet(() -> counted(labels));
    out.get(0).data()[0] = counted == 0 ? 0 : (float) (loss / counted);
  }

  /** (logits, labels, log-sum-exp, dloss) -> dlogits. */
  static void grad(List<FloatTensor> in, FloatTensor dx, Placement placement) {
    FloatTensor logits = in.get(0);
    FloatTensor labels = in.get(1);
    int v = logits.lastDim();
    int first = placement.offset("v");
    double counted = placement.labels().orElseGet(() -> counted(labels));
    float weight = counted == 0 ? 0 : (float) (in.get(3).data()[0] / counted);
    for (int r = 0; r < logits.rows(); r++) {
      int label = (int) labels.data()[r];
      if (label < 0) {
        Arrays.fill(dx.data(), r * v, r * v + v, 0);
        continue;
      }
      Rows.exponentials(logits.data(), r * v, v, 1, in.get(2).data()[r], dx.data(), r * v);
      if (label >= first && label < first + v) {
        dx.data()[r * v + label - first] -= 1;
      }
      Rows.scale(dx.data(), r * v, v, weight);
    }
  }

  private static double counted(FloatTensor labels) {
    double n = 0;
    for (float label : labels.data()) {
      n += label >= 0 ? 1 : 0;
    }
    return n;
  }
}
