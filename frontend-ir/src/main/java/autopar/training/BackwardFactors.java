package autopar.training;

import autopar.ir.graph.Node;
import autopar.ir.graph.Value;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.FactorRules;
import autopar.ir.op.Op;
import autopar.ir.type.TensorType;
import autopar.sharding.Factor;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.List;

/**
 * The factor rule of a backward node in the names of its origin. Gradient ops share them by
 * themselves; a sum of gradients of a value is elementwise in the factors of that value.
 */
public final class BackwardFactors {

  private BackwardFactors() {}

  /** The rule of {@code node} of {@code body}. */
  public static FactorRule of(TrainingBody body, TrainingNode node) {
    FactorRule own = rule(node.op(), node.operands(), node.results(), body.values());
    if (node.origin() < 0 || !isSum(node.op())) {
      return own;
    }
    Node origin = body.forward().nodes().get(node.origin());
    Value value = body.forward().value(origin.results().get(0));
    boolean ofItsValue =
        !node.recomputed() && value.type().equals(body.values().get(node.results().get(0)).type());
    if (!ofItsValue || origin.op().equals(node.op())) {
      return own;
    }
    FactorRule given = rule(origin.op(), origin.operands(), origin.results(), body.values());
    List<List<Integer>> dims = given.results().get(0);
    List<Factor> factors =
        given.factors().stream()
            .map(f -> new Factor(f.name(), f.extent(), elementwise(f.kind())))
            .toList();
    return new FactorRule(factors, List.of(dims, dims), List.of(dims));
  }

  /** Is this an addition, which sums of gradients are made of? */
  public static boolean isSum(Op op) {
    return op instanceof Binary binary && binary.kind() == BinaryKind.ADD;
  }

  /** What the origin needs whole stays whole; every other loop passes through a sum. */
  private static FactorKind elementwise(FactorKind kind) {
    return kind == FactorKind.NEEDS_REPLICATION ? kind : FactorKind.PASS_THROUGH;
  }

  private static FactorRule rule(
      Op op, List<Integer> operands, List<Integer> results, List<Value> values) {
    return FactorRules.of(op, types(operands, values), types(results, values));
  }

  private static List<TensorType> types(List<Integer> ids, List<Value> values) {
    return ids.stream().map(id -> values.get(id).type()).toList();
  }
}
