package autopar.ir.op;

import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Types, loops and work of {@link Embedding}: factors d0, d1, .. of the ids, v (rows of the table:
 * each shard looks up the ids it holds and adds zeros for the others) and h.
 */
final class EmbeddingRules {

  private EmbeddingRules() {}

  static Shapes shapes(List<TensorType> operands) {
    if (operands.size() != 2) {
      return Operands.wrongCount("embedding", 2, operands.size());
    }
    TensorType table = operands.get(0);
    TensorType ids = operands.get(1);
    if (table.element() != ElementType.REAL || table.rank() != 2) {
      return Shapes.mismatch(0, "embedding needs a real table [rows, columns], not " + table);
    }
    if (ids.element() != ElementType.INT32) {
      return Shapes.mismatch(1, "embedding looks up i32 ids, this is " + ids);
    }
    List<Extent> shape = new ArrayList<>(ids.shape());
    shape.add(table.shape().get(1));
    return Shapes.ok(new TensorType(ElementType.REAL, shape));
  }

  /** (ids, dy) -> dtable. */
  static Shapes gradShapes(EmbeddingGrad op, List<TensorType> operands) {
    return operands.size() == 2
        ? Shapes.ok(
            new TensorType(ElementType.REAL, List.of(op.rows(), Operands.last(operands.get(1)))))
        : Operands.wrongCount("embedding_grad", 2, operands.size());
  }

  static FactorRule factors(List<TensorType> operands) {
    TensorType table = operands.get(0);
    RuleBuilder rule = new RuleBuilder();
    List<Integer> ids = rule.dims(operands.get(1), FactorKind.PASS_THROUGH);
    int v = rule.factor("v", table.shape().get(0), FactorKind.REDUCTION);
    int h = rule.factor("h", table.shape().get(1), FactorKind.PASS_THROUGH);
    List<Integer> result = new ArrayList<>(ids);
    result.add(h);
    return rule.operand(v, h).operand(ids).result(result).build();
  }

  static FactorRule gradFactors(EmbeddingGrad op, List<TensorType> operands) {
    RuleBuilder rule = new RuleBuilder();
    List<Integer> ids = rule.dims(operands.get(0), FactorKind.REDUCTION);
    int v = rule.factor("v", op.rows(), FactorKind.PASS_THROUGH);
    int h = rule.factor("h", Operands.last(operands.get(1)), FactorKind.PASS_THROUGH);
    List<Integer> rows = new ArrayList<>(ids);
    rows.add(h);
    return rule.operand(ids).operand(rows).result(v, h).build();
  }

  /** Reads one row per id, not the table. */
  static Work work(FactorRule rule, long[] sizes) {
    double rows = LocalElements.result(rule, sizes, 0);
    return new Work.Stream(rows, rows, 4 * LocalElements.operand(rule, sizes, 1), 0);
  }

  /** Clears the table's gradient and adds one row per id to it. */
  static Work gradWork(FactorRule rule, long[] sizes) {
    double rows = LocalElements.operand(rule, sizes, 1);
    double table = LocalElements.result(rule, sizes, 0);
    return new Work.Stream(2 * rows, rows + table, 4 * LocalElements.operand(rule, sizes, 0), rows);
  }
}
