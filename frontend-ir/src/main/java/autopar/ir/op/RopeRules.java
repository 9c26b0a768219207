package autopar.ir.op;

import autopar.ir.type.ElementType;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;

/** Types and loops of {@link Rope}: factors d0, d1, ..; the last is needed whole. */
final class RopeRules {

  private RopeRules() {}

  static Shapes shapes(List<TensorType> operands) {
    if (operands.size() != 1) {
      return Operands.wrongCount("rope", 1, operands.size());
    }
    TensorType x = operands.get(0);
    if (x.element() != ElementType.REAL || x.rank() < 3) {
      return Shapes.mismatch(0, "rope needs [.., positions, heads, head], not " + x);
    }
    if (Operands.last(x).batched() || Operands.last(x).count() % 2 != 0) {
      return Shapes.mismatch(0, "rope rotates pairs: the last dimension of %s is odd".formatted(x));
    }
    return Shapes.ok(x);
  }

  static FactorRule factors(List<TensorType> operands) {
    TensorType x = operands.get(0);
    RuleBuilder rule = new RuleBuilder();
    List<Integer> dims = new ArrayList<>();
    for (int d = 0; d < x.rank(); d++) {
      dims.add(
          rule.factor(
              "d" + d,
              x.shape().get(d),
              d == x.rank() - 1 ? FactorKind.NEEDS_REPLICATION : FactorKind.PASS_THROUGH));
    }
    return rule.operand(dims).result(dims).build();
  }
}
