package autopar.ir.op;

import autopar.ir.type.ElementType;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Types, loops and work of norms over the last dimension: factors d0, d1, .. of x; the last is
 * reduced inside the op.
 */
final class RowNormRules {

  private static final double OPERATIONS = 8;

  private RowNormRules() {}

  static Shapes layerNormShapes(List<TensorType> operands) {
    if (operands.size() < 2 || operands.size() > 3) {
      return Shapes.mismatch(
          -1, "layer_norm takes x, gain and optionally bias, not " + operands.size() + " operands");
    }
    return normShapes("layer_norm", operands);
  }

  static Shapes rmsNormShapes(List<TensorType> operands) {
    return operands.size() == 2
        ? normShapes("rms_norm", operands)
        : Operands.wrongCount("rms_norm", 2, operands.size());
  }

  private static Shapes normShapes(String name, List<TensorType> operands) {
    TensorType x = operands.get(0);
    if (x.element() != ElementType.REAL || x.rank() == 0) {
      return Shapes.mismatch(0, name + " needs a real tensor of at least one dimension, not " + x);
    }
    TensorType row = new TensorType(ElementType.REAL, List.of(Operands.last(x)));
    for (int i = 1; i < operands.size(); i++) {
      if (!operands.get(i).equals(row)) {
        return Shapes.mismatch(
            i,
            "%s of %s needs a %s of shape %s, this is %s"
                .formatted(name, x, i == 1 ? "gain" : "bias", row, operands.get(i)));
      }
    }
    return Shapes.ok(x);
  }

  /** (x, gain, dy) -> dx. */
  static Shapes inputGradShapes(List<TensorType> operands) {
    return operands.size() == 3
        ? Shapes.ok(operands.get(0))
        : Operands.wrongCount("this gradient", 3, operands.size());
  }

  /** (x, dy) -> {@code count} tensors of a row's shape. */
  static Shapes parameterGradShapes(int count, List<TensorType> operands) {
    if (operands.size() != 2) {
      return Operands.wrongCount("this gradient", 2, operands.size());
    }
    TensorType x = operands.get(0);
    TensorType row = new TensorType(x.element(), List.of(Operands.last(x)));
    return count == 1 ? Shapes.ok(row) : Shapes.ok(row, row);
  }

  static FactorRule factors(List<TensorType> operands, List<TensorType> results) {
    return rule(operands, results, FactorKind.PASS_THROUGH);
  }

  /** Rows are summed; their statistics still need the whole row. */
  static FactorRule parameterGradFactors(List<TensorType> operands, List<TensorType> results) {
    return rule(operands, results, FactorKind.REDUCTION);
  }

  private static FactorRule rule(
      List<TensorType> operands, List<TensorType> results, FactorKind rows) {
    TensorType x = operands.get(0);
    RuleBuilder rule = new RuleBuilder();
    List<Integer> dims =
        new ArrayList<>(
            rule.dims(new TensorType(x.element(), x.shape().subList(0, x.rank() - 1)), rows));
    dims.add(rule.factor("d" + dims.size(), Operands.last(x), FactorKind.INTERNAL_REDUCTION));
    List<Integer> row = List.of(dims.getLast());
    operands.forEach(t -> rule.operand(t.rank() == x.rank() && t.equals(x) ? dims : row));
    results.forEach(t -> rule.result(t.equals(x) && rows == FactorKind.PASS_THROUGH ? dims : row));
    return rule.build();
  }

  static Work work(FactorRule rule, long[] sizes) {
    return LocalElements.stream(rule, sizes, OPERATIONS);
  }

  /** Rows on one device: the local size of every factor but the last. */
  static double rows(FactorRule rule, long[] sizes) {
    double rows = 1;
    for (int f = 0; f < rule.factors().size() - 1; f++) {
      rows *= sizes[f];
    }
    return rows;
  }
}
