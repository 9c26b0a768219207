package autopar.ir.op;

import autopar.ir.type.ElementType;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Types, loops and work of {@link CrossEntropy}: factors d0, d1, .. of the labels (the loss is the
 * sum of the shards' shares of the mean) and v, reduced inside the op.
 */
final class CrossEntropyRules {

  private CrossEntropyRules() {}

  static Shapes shapes(List<TensorType> operands) {
    if (operands.size() != 2) {
      return Operands.wrongCount("cross_entropy", 2, operands.size());
    }
    TensorType logits = operands.get(0);
    TensorType labels = operands.get(1);
    if (logits.element() != ElementType.REAL || logits.rank() == 0) {
      return Shapes.mismatch(0, "cross_entropy needs real logits [.., classes], not " + logits);
    }
    if (labels.element() != ElementType.INT32) {
      return Shapes.mismatch(1, "cross_entropy needs i32 labels, this is " + labels);
    }
    if (!labels.shape().equals(logits.shape().subList(0, logits.rank() - 1))) {
      return Shapes.mismatch(
          1,
          "labels %s do not fit logits %s".formatted(labels, logits),
          "labels have the shape of the logits without the last dimension");
    }
    return Shapes.ok(
        new TensorType(ElementType.FLOAT32, List.of()),
        new TensorType(ElementType.FLOAT32, labels.shape()));
  }

  /** (logits, labels, log-sum-exp, dloss) -> dlogits. */
  static Shapes gradShapes(List<TensorType> operands) {
    return operands.size() == 4
        ? Shapes.ok(operands.get(0))
        : Operands.wrongCount("cross_entropy_grad", 4, operands.size());
  }

  static FactorRule factors(List<TensorType> operands) {
    RuleBuilder rule = new RuleBuilder();
    List<Integer> rows = rule.dims(operands.get(1), FactorKind.REDUCTION);
    List<Integer> logits = new ArrayList<>(rows);
    logits.add(rule.factor("v", Operands.last(operands.get(0)), FactorKind.INTERNAL_REDUCTION));
    return rule.operand(logits).operand(rows).result(List.of()).result(rows).build();
  }

  static FactorRule gradFactors(List<TensorType> operands) {
    RuleBuilder rule = new RuleBuilder();
    List<Integer> rows = rule.dims(operands.get(1), FactorKind.PASS_THROUGH);
    List<Integer> logits = new ArrayList<>(rows);
    logits.add(rule.factor("v", Operands.last(operands.get(0)), FactorKind.PASS_THROUGH));
    return rule.operand(logits)
        .operand(rows)
        .operand(rows)
        .operand(List.of())
        .result(logits)
        .build();
  }

  static Work work(FactorRule rule, long[] sizes) {
    return LocalElements.stream(
        rule, sizes, 6, List.of(new int[] {1, 4}), List.of(new int[] {0, 4}, new int[] {1, 4}));
  }

  static Work gradWork(FactorRule rule, long[] sizes) {
    return LocalElements.stream(
        rule, sizes, 6, List.of(new int[] {1, 4}, new int[] {2, 4}, new int[] {3, 4}), List.of());
  }

  /** Rows on one device. */
  static double rows(FactorRule rule, long[] sizes) {
    return LocalElements.operand(rule, sizes, 1);
  }
}
