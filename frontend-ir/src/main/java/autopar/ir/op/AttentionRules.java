package autopar.ir.op;

import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Types, loops and work of {@link Attention}: factors b (batch), s (queries), t (keys), g
 * (key-value heads), r (query heads per key-value head), d (head size). Query heads are g of r.
 */
final class AttentionRules {

  private AttentionRules() {}

  static Shapes shapes(Attention op, List<TensorType> operands) {
    if (operands.size() < 3 || operands.size() > 4) {
      return Shapes.mismatch(
          -1,
          "attention takes q, k, v and optionally a bias, not " + operands.size() + " operands");
    }
    for (int i = 0; i < operands.size(); i++) {
      TensorType type = operands.get(i);
      if (type.element() != ElementType.REAL || (i < 3 && type.rank() != 4)) {
        return Shapes.mismatch(
            i, "attention needs real tensors [batch, positions, heads, head], this is " + type);
      }
    }
    TensorType q = operands.get(0);
    TensorType k = operands.get(1);
    TensorType v = operands.get(2);
    for (int d : new int[] {0, 3}) {
      if (!k.shape().get(d).equals(q.shape().get(d))) {
        return Shapes.mismatch(
            1,
            "queries %s and keys %s differ in %s"
                .formatted(q, k, d == 0 ? "their batch" : "the size of a head"));
      }
    }
    if (!v.equals(k)) {
      return Shapes.mismatch(2, "values %s must have the shape of the keys %s".formatted(v, k));
    }
    Extent heads = q.shape().get(2);
    Extent groups = k.shape().get(2);
    if (heads.batched() || groups.batched() || heads.count() % groups.count() != 0) {
      return Shapes.mismatch(
          1, "%s query heads are not a multiple of %s key-value heads".formatted(heads, groups));
    }
    if (op.mask().ordered() && !q.shape().get(1).equals(k.shape().get(1))) {
      return Shapes.mismatch(
          1,
          "a %s mask needs as many queries as keys, not %s and %s"
              .formatted(op.mask().text(), q.shape().get(1), k.shape().get(1)));
    }
    if (!(op.dropout() >= 0 && op.dropout() < 1)) {
      return Shapes.mismatch(-1, "the rate of dropout must be in [0, 1): " + op.dropout());
    }
    TensorType scores = scores(q, k);
    if (operands.size() == 4 && !Operands.broadcastsTo(operands.get(3), scores)) {
      return Shapes.mismatch(
          3, "the bias %s does not broadcast to the scores %s".formatted(operands.get(3), scores));
    }
    return Shapes.ok(
        q, new TensorType(ElementType.FLOAT32, List.of(q.shape().get(0), heads, q.shape().get(1))));
  }

  /** Type of the scores: [b, n, s, t]. */
  static TensorType scores(TensorType q, TensorType k) {
    return new TensorType(
        ElementType.REAL,
        List.of(q.shape().get(0), q.shape().get(2), q.shape().get(1), k.shape().get(1)));
  }

  /** (q, k, v[, bias], y, log-sum-exp, dy) -> (dq, dk, dv). */
  static Shapes gradShapes(List<TensorType> operands) {
    return operands.size() == 6 || operands.size() == 7
        ? Shapes.ok(operands.get(0), operands.get(1), operands.get(2))
        : Operands.wrongCount("attention_grad", 6, operands.size());
  }

  /** (q, k, v, bias, y, log-sum-exp, dy) -> dbias. */
  static Shapes biasGradShapes(List<TensorType> operands) {
    return operands.size() == 7
        ? Shapes.ok(operands.get(3))
        : Operands.wrongCount("attention_bias_grad", 7, operands.size());
  }

  static FactorRule factors(List<TensorType> operands, List<TensorType> results) {
    Loops loops = new Loops(operands, FactorKind.PASS_THROUGH, FactorKind.PASS_THROUGH);
    loops.inputs(operands, operands.size() == 4);
    loops.rule.compoundResult(loops.query());
    loops.rule.compoundResult(loops.statistics());
    return loops.rule.build();
  }

  /** Queries and the query heads of a group are summed into dk and dv; dq keeps them. */
  static FactorRule gradFactors(List<TensorType> operands) {
    Loops loops = new Loops(operands, FactorKind.PASS_THROUGH, FactorKind.REDUCTION);
    loops.inputs(operands, operands.size() == 7);
    loops.outputs();
    loops.rule.compoundResult(loops.query());
    loops.rule.compoundResult(loops.key());
    loops.rule.compoundResult(loops.key());
    return loops.rule.build();
  }

  /** What the bias broadcasts over is summed. */
  static FactorRule biasGradFactors(List<TensorType> operands) {
    TensorType bias = operands.get(3);
    boolean overBatch = bias.rank() < 4 || Operands.isOne(bias.shape().get(0));
    boolean overHeads = bias.rank() < 3 || Operands.isOne(Operands.alignedExtent(bias, 1, 4));
    boolean overQueries = bias.rank() < 2 || Operands.isOne(Operands.alignedExtent(bias, 2, 4));
    Loops loops =
        new Loops(
            operands,
            overBatch ? FactorKind.REDUCTION : FactorKind.PASS_THROUGH,
            overQueries ? FactorKind.REDUCTION : FactorKind.PASS_THROUGH,
            overHeads ? FactorKind.REDUCTION : FactorKind.PASS_THROUGH);
    loops.inputs(operands, true);
    loops.outputs();
    loops.rule.compoundResult(loops.bias(bias));
    return loops.rule.build();
  }

  private static final class Loops {
    final RuleBuilder rule = new RuleBuilder();
    private final TensorType scores;
    private final int b;
    private final int s;
    private final int t;
    private final List<Integer> keyHeads;
    private final List<Integer> queryHeads;
    private final int d;

    /** Heads pass through by group; within a group they behave as queries do. */
    Loops(List<TensorType> operands, FactorKind batch, FactorKind queries) {
      this(operands, batch, queries, FactorKind.PASS_THROUGH, queries);
    }

    Loops(List<TensorType> operands, FactorKind batch, FactorKind queries, FactorKind heads) {
      this(operands, batch, queries, heads, heads);
    }

    private Loops(
        List<TensorType> operands,
        FactorKind batch,
        FactorKind queries,
        FactorKind groups,
        FactorKind withinGroup) {
      TensorType q = operands.get(0);
      TensorType k = operands.get(1);
      Extent heads = k.shape().get(2);
      scores = AttentionRules.scores(q, k);
      b = rule.factor("b", q.shape().get(0), batch);
      s = rule.factor("s", q.shape().get(1), queries);
      t = rule.factor("t", k.shape().get(1), FactorKind.NEEDS_REPLICATION);
      keyHeads = present("g", heads, groups);
      queryHeads = new ArrayList<>(keyHeads);
      Extent members = Extent.of(q.shape().get(2).count() / heads.count());
      queryHeads.addAll(present("r", members, withinGroup));
      d = rule.factor("d", q.shape().get(3), FactorKind.NEEDS_REPLICATION);
    }

    private List<Integer> present(String name, Extent extent, FactorKind kind) {
      return Operands.isOne(extent) ? List.of() : List.of(rule.factor(name, extent, kind));
    }

    List<List<Integer>> query() {
      return List.of(List.of(b), List.of(s), queryHeads, List.of(d));
    }

    List<List<Integer>> key() {
      return List.of(List.of(b), List.of(t), keyHeads, List.of(d));
    }

    List<List<Integer>> statistics() {
      return List.of(List.of(b), queryHeads, List.of(s));
    }

    List<List<Integer>> bias(TensorType bias) {
      return RuleBuilder.aligned(
          bias, scores, List.of(List.of(b), queryHeads, List.of(s), List.of(t)));
    }

    void inputs(List<TensorType> operands, boolean withBias) {
      rule.compoundOperand(query());
      rule.compoundOperand(key());
      rule.compoundOperand(key());
      if (withBias) {
        rule.compoundOperand(bias(operands.get(3)));
      }
    }

    /** y, log-sum-exp and dy. */
    void outputs() {
      rule.compoundOperand(query());
      rule.compoundOperand(statistics());
      rule.compoundOperand(query());
    }
  }

  static Work work(AttentionMask mask, FactorRule rule, long[] sizes, boolean backward) {
    return new Work.FusedAttention(
        size(rule, sizes, "b"),
        Math.multiplyExact(size(rule, sizes, "g"), size(rule, sizes, "r")),
        size(rule, sizes, "s"),
        size(rule, sizes, "t"),
        size(rule, sizes, "d"),
        mask instanceof AttentionMask.Causal,
        backward);
  }

  /**
   * The fused backward kernel has the gradient of every score at hand: what is left is to write
   * them and sum what the bias broadcasts over.
   */
  static Work biasGradWork(FactorRule rule, long[] sizes) {
    double scores = 1;
    for (String name : List.of("b", "g", "r", "s", "t")) {
      scores *= size(rule, sizes, name);
    }
    return new Work.Stream(scores, LocalElements.result(rule, sizes, 0), 0, scores);
  }

  private static long size(FactorRule rule, long[] sizes, String factor) {
    int index = rule.indexOf(factor);
    return index < 0 ? 1 : sizes[index];
  }
}
