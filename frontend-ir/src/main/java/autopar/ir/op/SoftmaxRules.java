package autopar.ir.op;

import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;

/** Types and loops of {@link Softmax}: factors d0, d1, ..; the last is reduced inside the op. */
final class SoftmaxRules {

  private SoftmaxRules() {}

  static Shapes shapes(Softmax op, List<TensorType> operands) {
    return switch (ElementwiseRules.sameShapes("softmax", 1, operands)) {
      case Shapes.Mismatch mismatch -> mismatch;
      case Shapes.Ok ok -> {
        TensorType x = operands.get(0);
        if (x.rank() == 0) {
          yield Shapes.mismatch(0, "softmax needs at least one dimension");
        }
        if (op.mask().ordered()
            && (x.rank() < 2 || !Operands.last(x).equals(x.shape().get(x.rank() - 2)))) {
          yield Shapes.mismatch(
              0, "a %s mask needs as many queries as keys in %s".formatted(op.mask().text(), x));
        }
        yield ok;
      }
    };
  }

  /** Operands and results all have the type of the first operand. */
  static FactorRule factors(List<TensorType> operands, List<TensorType> results) {
    TensorType x = operands.get(0);
    RuleBuilder rule = new RuleBuilder();
    List<Integer> dims = new ArrayList<>();
    for (int d = 0; d < x.rank(); d++) {
      dims.add(
          rule.factor(
              "d" + d,
              x.shape().get(d),
              d == x.rank() - 1 ? FactorKind.INTERNAL_REDUCTION : FactorKind.PASS_THROUGH));
    }
    operands.forEach(t -> rule.operand(dims));
    results.forEach(t -> rule.result(dims));
    return rule.build();
  }
}
