package autopar.ir.op;

import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.List;

/**
 * Types, loops and work of {@link Pool2d}: factors n (samples), y and x (output positions; see
 * {@link SpatialLoop}) and c (channels).
 */
final class PoolRules {

  private PoolRules() {}

  static Shapes shapes(Pool2d op, List<TensorType> operands) {
    String name = op.kind().text() + "_pool";
    if (operands.size() != 1) {
      return Operands.wrongCount(name, 1, operands.size());
    }
    TensorType x = operands.get(0);
    if (x.element() != ElementType.REAL || x.rank() != 4) {
      return Shapes.mismatch(0, name + " needs real [samples, height, width, channels], not " + x);
    }
    Window w = op.window();
    Extent height = SpatialLoop.outputs(x.shape().get(1), w.height(), w.stride(), w.padding());
    Extent width = SpatialLoop.outputs(x.shape().get(2), w.width(), w.stride(), w.padding());
    if (height == null || width == null) {
      return Shapes.mismatch(0, "no window %s fits %s".formatted(w, x));
    }
    return Shapes.ok(
        new TensorType(x.element(), List.of(x.shape().get(0), height, width, x.shape().get(3))));
  }

  static Shapes gradShapes(Pool2dGrad op, List<TensorType> operands) {
    int wanted = op.kind() == PoolKind.MAX ? 2 : 1;
    if (operands.size() != wanted) {
      return Operands.wrongCount(op.kind().text() + "_pool_grad", wanted, operands.size());
    }
    TensorType dy = operands.get(wanted - 1);
    return Shapes.ok(
        new TensorType(
            dy.element(), List.of(dy.shape().get(0), op.height(), op.width(), dy.shape().get(3))));
  }

  static FactorRule factors(Window window, List<TensorType> operands, TensorType result) {
    Loops loops = new Loops(window, operands.get(0), result);
    return loops.rule.compoundOperand(loops.input).compoundResult(loops.output).build();
  }

  static FactorRule gradFactors(Pool2dGrad op, List<TensorType> operands, TensorType result) {
    Loops loops = new Loops(op.window(), result, operands.getLast());
    if (op.kind() == PoolKind.MAX) {
      loops.rule.compoundOperand(loops.input);
    }
    return loops.rule.compoundOperand(loops.output).compoundResult(loops.input).build();
  }

  private static final class Loops {
    final RuleBuilder rule = new RuleBuilder();
    final List<List<Integer>> input;
    final List<List<Integer>> output;

    Loops(Window window, TensorType in, TensorType out) {
      int n = rule.factor("n", in.shape().get(0), FactorKind.PASS_THROUGH);
      SpatialLoop y = spatial("y", 1, window.height(), window, in, out);
      SpatialLoop x = spatial("x", 2, window.width(), window, in, out);
      int c = rule.factor("c", in.shape().get(3), FactorKind.PASS_THROUGH);
      input = List.of(List.of(n), y.input(), x.input(), List.of(c));
      output = List.of(List.of(n), y.output(), x.output(), List.of(c));
    }

    private SpatialLoop spatial(
        String name, int dim, long size, Window window, TensorType in, TensorType out) {
      return SpatialLoop.declare(
          rule,
          name,
          in.shape().get(dim),
          out.shape().get(dim),
          size,
          window.stride(),
          FactorKind.PERMUTATION);
    }
  }
}
