package autopar.runtime.reference;

import autopar.ir.op.Affine;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.MaximumGrad;
import autopar.ir.op.UnaryKind;
import autopar.runtime.Placement;
import java.util.List;

/** Ops that treat every element alone. */
final class ElementwiseKernels {

  private static final double TANH_SCALE = Math.sqrt(2 / Math.PI);
  private static final double TANH_CUBIC = 0.044715;

  private ElementwiseKernels() {}

  static Tensor unary(UnaryKind kind, Tensor x) {
    return Tensor.filled(x.shape(), i -> value(kind, x.data()[i]));
  }

  private static double value(UnaryKind kind, double x) {
    return switch (kind) {
      case GELU -> x * Normal.distribution(x);
      case GELU_TANH -> 0.5 * x * (1 + Math.tanh(inner(x)));
      case SILU -> x * sigmoid(x);
      case RELU -> Math.max(x, 0);
      case TANH -> Math.tanh(x);
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SQRT -> Math.sqrt(x);
      case RSQRT -> 1 / Math.sqrt(x);
      case SIGMOID -> sigmoid(x);
      case SQUARE -> x * x;
    };
  }

  static Tensor unaryGrad(UnaryKind kind, Tensor kept, Tensor dy) {
    return Tensor.filled(dy.shape(), i -> dy.data()[i] * slope(kind, kept.data()[i]));
  }

  /** The derivative as a function of what {@link autopar.ir.op.UnaryGrad} keeps. */
  private static double slope(UnaryKind kind, double kept) {
    return switch (kind) {
      case GELU -> Normal.distribution(kept) + kept * Normal.density(kept);
      case GELU_TANH -> {
        double t = Math.tanh(inner(kept));
        double du = TANH_SCALE * (1 + 3 * TANH_CUBIC * kept * kept);
        yield 0.5 * (1 + t) + 0.5 * kept * (1 - t * t) * du;
      }
      case SILU -> sigmoid(kept) * (1 + kept * (1 - sigmoid(kept)));
      case RELU -> kept > 0 ? 1 : 0;
      case TANH -> 1 - kept * kept;
      case EXP -> kept;
      case LOG -> 1 / kept;
      case SQRT -> 0.5 / kept;
      case RSQRT -> -0.5 * kept * kept * kept;
      case SIGMOID -> kept * (1 - kept);
      case SQUARE -> 2 * kept;
    };
  }

  private static double inner(double x) {
    return TANH_SCALE * (x + TANH_CUBIC * x * x * x);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  static Tensor affine(Affine op, Tensor x) {
    return Tensor.filled(x.shape(), i -> op.scale() * x.data()[i] + op.shift());
  }

  static Tensor binary(BinaryKind kind, Tensor a, Tensor b, int[] shape) {
    Aligned left = new Aligned(a, shape);
    Aligned right = new Aligned(b, shape);
    return Tensor.filled(
        shape,
        i -> {
          double x = left.at(i);
          double y = right.at(i);
          return switch (kind) {
            case ADD -> x + y;
            case SUB -> x - y;
            case MUL -> x * y;
            case DIV -> x / y;
            case MAX -> Math.max(x, y);
          };
        });
  }

  static Tensor maximumGrad(MaximumGrad op, List<Tensor> in) {
    Tensor dy = in.get(2);
    Aligned a = new Aligned(in.get(0), dy.shape());
    Aligned b = new Aligned(in.get(1), dy.shape());
    return Tensor.filled(dy.shape(), i -> (a.at(i) >= b.at(i)) == op.ofFirst() ? dy.data()[i] : 0);
  }

  static List<Tensor> dropout(double rate, Tensor x, Placement placement) {
    Tensor mask =
        Tensor.filled(x.shape(), i -> placement.survives(whole(i, x, placement), rate) ? 1 : 0);
    return List.of(dropoutGrad(rate, x, mask), mask);
  }

  /** Index in the whole tensor of element {@code index} of the shard {@code x}. */
  private static long whole(int index, Tensor x, Placement placement) {
    int rest = index;
    long whole = 0;
    long stride = 1;
    for (int d = x.rank() - 1; d >= 0; d--) {
      String factor = "d" + d;
      whole += (placement.offset(factor) + rest % x.shape()[d]) * stride;
      stride *= placement.extent(factor, x.shape()[d]);
      rest /= x.shape()[d];
    }
    return whole;
  }

  static Tensor dropoutGrad(double rate, Tensor x, Tensor mask) {
    return Tensor.filled(x.shape(), i -> x.data()[i] * mask.data()[i] / (1 - rate));
  }
}
