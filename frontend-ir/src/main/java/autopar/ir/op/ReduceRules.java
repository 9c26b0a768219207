package autopar.ir.op;

import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;

/** Types and loops of {@link Reduce} and {@link Broadcast}: factors d0, d1, .. of the wide side. */
final class ReduceRules {

  private ReduceRules() {}

  static Shapes shapes(Reduce op, List<TensorType> operands) {
    String name = "reduce_" + op.kind().text();
    if (operands.size() != 1) {
      return Operands.wrongCount(name, 1, operands.size());
    }
    TensorType x = operands.get(0);
    if (!x.element().isReal()) {
      return Shapes.mismatch(0, name + " works on real tensors, this is " + x);
    }
    int previous = -1;
    for (int d : op.dims()) {
      if (d <= previous || d >= x.rank()) {
        return Shapes.mismatch(
            0,
            "%s over dimensions %s does not fit %s".formatted(name, op.dims(), x),
            "dimensions count from 0, ascending and without repetition");
      }
      previous = d;
    }
    List<Extent> shape = new ArrayList<>();
    for (int d = 0; d < x.rank(); d++) {
      if (!op.dims().contains(d)) {
        shape.add(x.shape().get(d));
      } else if (op.kept().contains(d)) {
        shape.add(Extent.of(1));
      }
    }
    return Shapes.ok(new TensorType(x.element(), shape));
  }

  static Shapes broadcastShapes(Broadcast op, List<TensorType> operands) {
    if (operands.size() != 1) {
      return Operands.wrongCount("broadcast", 1, operands.size());
    }
    TensorType x = operands.get(0);
    TensorType result = new TensorType(x.element(), op.shape());
    if (!x.element().isReal() || !Operands.broadcastsTo(x, result)) {
      return Shapes.mismatch(0, "%s does not broadcast to %s".formatted(x, result));
    }
    return Shapes.ok(result);
  }

  /** Sums and means of shards add up; a maximum is taken from whole dimensions. */
  static FactorRule factors(ReduceKind kind, List<Integer> dims, List<Integer> kept, TensorType x) {
    FactorKind reduced =
        kind == ReduceKind.MAX ? FactorKind.NEEDS_REPLICATION : FactorKind.REDUCTION;
    RuleBuilder rule = new RuleBuilder();
    List<Integer> all = loops(rule, dims, x, reduced);
    return rule.operand(all).compoundResult(narrow(dims, kept, all)).build();
  }

  static FactorRule gradFactors(ReduceGrad op) {
    FactorKind reduced =
        op.kind() == ReduceKind.MAX ? FactorKind.NEEDS_REPLICATION : FactorKind.PASS_THROUGH;
    RuleBuilder rule = new RuleBuilder();
    List<Integer> all = loops(rule, op.dims(), op.operand(), reduced);
    List<List<Integer>> narrow = narrow(op.dims(), op.kept(), all);
    if (op.kind() == ReduceKind.MAX) {
      rule.operand(all).compoundOperand(narrow);
    }
    return rule.compoundOperand(narrow).result(all).build();
  }

  private static List<Integer> loops(
      RuleBuilder rule, List<Integer> dims, TensorType x, FactorKind reduced) {
    List<Integer> all = new ArrayList<>();
    for (int d = 0; d < x.rank(); d++) {
      FactorKind kind = dims.contains(d) ? reduced : FactorKind.PASS_THROUGH;
      all.add(rule.factor("d" + d, x.shape().get(d), kind));
    }
    return all;
  }

  private static List<List<Integer>> narrow(
      List<Integer> dims, List<Integer> kept, List<Integer> all) {
    List<List<Integer>> narrow = new ArrayList<>();
    for (int d = 0; d < all.size(); d++) {
      if (!dims.contains(d)) {
        narrow.add(List.of(all.get(d)));
      } else if (kept.contains(d)) {
        narrow.add(List.of());
      }
    }
    return narrow;
  }
}
