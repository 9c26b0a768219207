package autopar.ir.op;

import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.List;

/**
 * Types, loops and work of {@link Conv2d}: factors n (samples), y and x (output positions; see
 * {@link SpatialLoop}), i and o (channels), ky and kx (the weights' window).
 */
final class ConvolutionRules {

  private ConvolutionRules() {}

  static Shapes shapes(Conv2d op, List<TensorType> operands) {
    if (operands.size() != 2) {
      return Operands.wrongCount("conv2d", 2, operands.size());
    }
    TensorType x = operands.get(0);
    TensorType w = operands.get(1);
    if (x.element() != ElementType.REAL || x.rank() != 4) {
      return Shapes.mismatch(0, "conv2d needs real [samples, height, width, channels], not " + x);
    }
    if (w.element() != ElementType.REAL || w.rank() != 4 || w.batched()) {
      return Shapes.mismatch(
          1, "conv2d needs real weights [height, width, inputs, outputs], not " + w);
    }
    if (!w.shape().get(2).equals(x.shape().get(3))) {
      return Shapes.mismatch(
          1,
          "operand shapes do not fit: %s and weights %s".formatted(x, w),
          "the input has %s channels, the weights take %s"
              .formatted(x.shape().get(3), w.shape().get(2)));
    }
    Extent height =
        SpatialLoop.outputs(x.shape().get(1), w.shape().get(0).count(), op.stride(), op.padding());
    Extent width =
        SpatialLoop.outputs(x.shape().get(2), w.shape().get(1).count(), op.stride(), op.padding());
    if (height == null || width == null) {
      return Shapes.mismatch(
          0,
          "no window of %s fits %s with stride %d and padding %d"
              .formatted(w, x, op.stride(), op.padding()));
    }
    return Shapes.ok(
        new TensorType(
            ElementType.REAL, List.of(x.shape().get(0), height, width, w.shape().get(3))));
  }

  /** (weights, dy) -> dx. */
  static Shapes inputGradShapes(Conv2dInputGrad op, List<TensorType> operands) {
    if (operands.size() != 2) {
      return Operands.wrongCount("conv2d_input_grad", 2, operands.size());
    }
    return Shapes.ok(
        new TensorType(
            ElementType.REAL,
            List.of(
                operands.get(1).shape().get(0),
                op.height(),
                op.width(),
                operands.get(0).shape().get(2))));
  }

  /** (x, dy) -> dweights. */
  static Shapes weightGradShapes(Conv2dWeightGrad op, List<TensorType> operands) {
    if (operands.size() != 2) {
      return Operands.wrongCount("conv2d_weight_grad", 2, operands.size());
    }
    return Shapes.ok(
        new TensorType(
            ElementType.REAL,
            List.of(
                Extent.of(op.kernelHeight()),
                Extent.of(op.kernelWidth()),
                Operands.last(operands.get(0)),
                Operands.last(operands.get(1)))));
  }

  static FactorRule factors(long stride, TensorType x, TensorType w, TensorType y) {
    Loops loops = new Loops(stride, x, w, y, Summed.INPUTS);
    return loops
        .rule
        .compoundOperand(loops.input())
        .compoundOperand(loops.weights())
        .compoundResult(loops.output())
        .build();
  }

  static FactorRule inputGradFactors(long stride, TensorType x, TensorType w, TensorType y) {
    Loops loops = new Loops(stride, x, w, y, Summed.OUTPUTS);
    return loops
        .rule
        .compoundOperand(loops.weights())
        .compoundOperand(loops.output())
        .compoundResult(loops.input())
        .build();
  }

  static FactorRule weightGradFactors(long stride, TensorType x, TensorType w, TensorType y) {
    Loops loops = new Loops(stride, x, w, y, Summed.POSITIONS);
    return loops
        .rule
        .compoundOperand(loops.input())
        .compoundOperand(loops.output())
        .compoundResult(loops.weights())
        .build();
  }

  private enum Summed {
    INPUTS,
    OUTPUTS,
    POSITIONS
  }

  private static final class Loops {
    final RuleBuilder rule = new RuleBuilder();
    private final int n;
    private final SpatialLoop y;
    private final SpatialLoop x;
    private final int i;
    private final int o;
    private final int ky;
    private final int kx;

    Loops(long stride, TensorType in, TensorType w, TensorType out, Summed summed) {
      FactorKind positions =
          summed == Summed.POSITIONS ? FactorKind.REDUCTION : FactorKind.PERMUTATION;
      n =
          rule.factor(
              "n",
              in.shape().get(0),
              summed == Summed.POSITIONS ? FactorKind.REDUCTION : FactorKind.PASS_THROUGH);
      y = spatial("y", 1, stride, in, w, out, positions);
      x = spatial("x", 2, stride, in, w, out, positions);
      i =
          rule.factor(
              "i",
              in.shape().get(3),
              summed == Summed.INPUTS ? FactorKind.REDUCTION : FactorKind.PASS_THROUGH);
      o =
          rule.factor(
              "o",
              out.shape().get(3),
              summed == Summed.OUTPUTS ? FactorKind.REDUCTION : FactorKind.PASS_THROUGH);
      ky = rule.factor("ky", w.shape().get(0), FactorKind.NEEDS_REPLICATION);
      kx = rule.factor("kx", w.shape().get(1), FactorKind.NEEDS_REPLICATION);
    }

    private SpatialLoop spatial(
        String name,
        int dim,
        long stride,
        TensorType in,
        TensorType w,
        TensorType out,
        FactorKind shared) {
      return SpatialLoop.declare(
          rule,
          name,
          in.shape().get(dim),
          out.shape().get(dim),
          w.shape().get(dim - 1).count(),
          stride,
          shared);
    }

    List<List<Integer>> input() {
      return List.of(List.of(n), y.input(), x.input(), List.of(i));
    }

    List<List<Integer>> output() {
      return List.of(List.of(n), y.output(), x.output(), List.of(o));
    }

    List<List<Integer>> weights() {
      return List.of(List.of(ky), List.of(kx), List.of(i), List.of(o));
    }
  }

  /** One product of matrices per op, with the tensors read and written once. */
  static Work work(Op op, FactorRule rule, long[] sizes) {
    long positions = size(rule, sizes, "n") * size(rule, sizes, "y") * size(rule, sizes, "x");
    long window = size(rule, sizes, "ky") * size(rule, sizes, "kx");
    long i = size(rule, sizes, "i");
    long o = size(rule, sizes, "o");
    double read = LocalElements.operand(rule, sizes, 0) + LocalElements.operand(rule, sizes, 1);
    double write = LocalElements.result(rule, sizes, 0);
    if (op instanceof Conv2dInputGrad) {
      return new Work.Convolution(positions, i, window * o, read, write);
    }
    if (op instanceof Conv2dWeightGrad) {
      return new Work.Convolution(window * i, o, positions, read, write);
    }
    return new Work.Convolution(positions, o, window * i, read, write);
  }

  private static long size(FactorRule rule, long[] sizes, String factor) {
    return sizes[rule.indexOf(factor)];
  }
}
