package autopar.runtime.reference;

import autopar.ir.op.Reduce;
import autopar.ir.op.ReduceGrad;
import autopar.ir.op.ReduceKind;
import autopar.runtime.Placement;
import java.util.Arrays;
import java.util.List;

/** Reductions over dimensions and their opposite. */
final class ReduceKernels {

  private ReduceKernels() {}

  static Tensor reduce(Reduce op, Tensor x, int[] shape, Placement placement) {
    Tensor y = Tensor.zeros(shape);
    if (op.kind() == ReduceKind.MAX) {
      Arrays.fill(y.data(), Double.NEGATIVE_INFINITY);
    }
    Aligned of = narrow(y, x.shape(), op.dims());
    for (int i = 0; i < x.size(); i++) {
      int at = of.position(i);
      y.data()[at] =
          op.kind() == ReduceKind.MAX
              ? Math.max(y.data()[at], x.data()[i])
              : y.data()[at] + x.data()[i];
    }
    if (op.kind() == ReduceKind.MEAN) {
      double weight = placement.share() * y.size() / x.size();
      Arrays.setAll(y.data(), i -> y.data()[i] * weight);
    }
    return y;
  }

  static Tensor reduceGrad(ReduceGrad op, List<Tensor> in, int[] shape, Placement placement) {
    Tensor dy = in.getLast();
    Aligned of = narrow(dy, shape, op.dims());
    int n = Tensor.elements(shape);
    return switch (op.kind()) {
      case SUM -> Tensor.filled(shape, of::at);
      case MEAN -> Tensor.filled(shape, i -> of.at(i) * placement.share() * dy.size() / n);
      case MAX -> {
        Tensor x = in.get(0);
        Tensor y = in.get(1);
        double[] ties = new double[y.size()];
        for (int i = 0; i < n; i++) {
          int at = of.position(i);
          ties[at] += x.data()[i] == y.data()[at] ? 1 : 0;
        }
        yield Tensor.filled(
            shape,
            i -> {
              int at = of.position(i);
              return x.data()[i] == y.data()[at] ? dy.data()[at] / ties[at] : 0;
            });
      }
    };
  }

  static Tensor broadcast(Tensor x, int[] shape) {
    return Tensor.filled(shape, new Aligned(x, shape)::at);
  }

  /** {@code y} with its reduced dimensions back as dimensions of size 1. */
  private static Aligned narrow(Tensor y, int[] wide, List<Integer> dims) {
    int[] shape = wide.clone();
    dims.forEach(d -> shape[d] = 1);
    return new Aligned(new Tensor(shape, y.data()), wide);
  }
}
