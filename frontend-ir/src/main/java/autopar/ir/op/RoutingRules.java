package autopar.ir.op;

import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Types, loops and work of the ops that route tokens to experts: factors b (sequences), s (tokens
 * of a sequence), e (experts), c (places of an expert) and h (numbers of a token).
 *
 * <p>{@link DispatchTokens} and {@link CombineTokens} are products with the one-hot matrix of the
 * slots, so they are linear in tokens: where the tokens of a sequence are sharded, each shard fills
 * the places of its own and leaves zeros in the others, a partial sum over s; where experts are
 * sharded, combining leaves partial sums over e. Slots say which place, so every shard needs all
 * places c of its experts.
 */
final class RoutingRules {

  private RoutingRules() {}

  static Shapes topKShapes(TopK op, List<TensorType> operands) {
    return switch (ElementwiseRules.sameShapes("top_k", 1, operands)) {
      case Shapes.Mismatch mismatch -> mismatch;
      case Shapes.Ok ok -> {
        TensorType x = operands.get(0);
        if (x.rank() == 0) {
          yield Shapes.mismatch(0, "top_k needs at least one dimension");
        }
        if (Operands.last(x).batched()) {
          yield Shapes.mismatch(0, "top_k cannot rank the samples of a batch");
        }
        if (Operands.last(x).count() < op.k()) {
          yield Shapes.mismatch(
              0, "top_k cannot pick %d of %d".formatted(op.k(), Operands.last(x).count()));
        }
        yield ok;
      }
    };
  }

  static Shapes slotShapes(List<TensorType> operands) {
    if (operands.size() != 1) {
      return Operands.wrongCount("expert_slots", 1, operands.size());
    }
    TensorType choice = operands.get(0);
    if (choice.element() != ElementType.REAL || choice.rank() != 3) {
      return Shapes.mismatch(
          0, "expert_slots needs real choices [batch, seq, experts], not " + choice);
    }
    return Shapes.ok(new TensorType(ElementType.INT32, choice.shape()));
  }

  static Shapes dispatchShapes(DispatchTokens op, List<TensorType> operands) {
    return switch (routed("dispatch", "tokens [batch, seq, hidden]", 3, operands)) {
      case Shapes.Mismatch mismatch -> mismatch;
      case Shapes.Ok ok -> {
        List<Extent> x = operands.get(0).shape();
        List<Extent> slots = operands.get(1).shape();
        if (!slots.subList(0, 2).equals(x.subList(0, 2))) {
          yield Shapes.mismatch(
              1,
              "dispatch brings tokens %s to slots %s of others"
                  .formatted(operands.get(0), operands.get(1)),
              "the first two dimensions, sequences and tokens, must agree");
        }
        yield Shapes.ok(
            new TensorType(
                ElementType.REAL,
                List.of(x.get(0), slots.get(2), Extent.of(op.capacity()), x.get(2))));
      }
    };
  }

  static Shapes combineShapes(List<TensorType> operands) {
    return switch (routed("combine", "places [batch, experts, capacity, hidden]", 4, operands)) {
      case Shapes.Mismatch mismatch -> mismatch;
      case Shapes.Ok ok -> {
        List<Extent> y = operands.get(0).shape();
        List<Extent> slots = operands.get(1).shape();
        if (y.get(2).batched()) {
          yield Shapes.mismatch(0, "the places of an expert cannot depend on the batch");
        }
        if (!slots.get(0).equals(y.get(0)) || !slots.get(2).equals(y.get(1))) {
          yield Shapes.mismatch(
              1,
              "combine reads places %s by slots %s of others"
                  .formatted(operands.get(0), operands.get(1)),
              "sequences (dimension 0 of both) and experts (1 and 2) must agree");
        }
        yield Shapes.ok(
            new TensorType(ElementType.REAL, List.of(y.get(0), slots.get(1), y.get(3))));
      }
    };
  }

  /** Checks the count, elements and ranks of (what is routed, slots, weights?). */
  private static Shapes routed(String name, String first, int rank, List<TensorType> operands) {
    if (operands.size() != 2 && operands.size() != 3) {
      return Shapes.mismatch(
          -1, "%s takes 2 operands, or 3 with weights, not %d".formatted(name, operands.size()));
    }
    TensorType routed = operands.get(0);
    TensorType slots = operands.get(1);
    if (routed.element() != ElementType.REAL || routed.rank() != rank) {
      return Shapes.mismatch(0, "%s needs real %s, not %s".formatted(name, first, routed));
    }
    if (slots.element() != ElementType.INT32 || slots.rank() != 3) {
      return Shapes.mismatch(
          1, "%s needs i32 slots [batch, seq, experts], not %s".formatted(name, slots));
    }
    if (operands.size() == 3) {
      TensorType weights = operands.get(2);
      if (weights.element() != ElementType.REAL || !weights.shape().equals(slots.shape())) {
        return Shapes.mismatch(
            2, "%s needs a real weight for each of %s, not %s".formatted(name, slots, weights));
      }
    }
    return Shapes.ok();
  }

  /** (x, y, slots). */
  static Shapes productShapes(List<TensorType> operands) {
    return operands.size() == 3
        ? Shapes.ok(new TensorType(ElementType.REAL, operands.get(2).shape()))
        : Operands.wrongCount("routed_product", 3, operands.size());
  }

  /** Every row is ranked by itself and as a whole. */
  static FactorRule topKFactors(TensorType x) {
    RuleBuilder rule = new RuleBuilder();
    List<Integer> dims = new ArrayList<>();
    for (int d = 0; d < x.rank(); d++) {
      boolean ranked = d == x.rank() - 1;
      dims.add(
          rule.factor(
              "d" + d,
              x.shape().get(d),
              ranked ? FactorKind.NEEDS_REPLICATION : FactorKind.PASS_THROUGH));
    }
    return rule.operand(dims).result(dims).build();
  }

  /** Experts count by themselves, over whole sequences. */
  static FactorRule slotFactors(TensorType choice) {
    RuleBuilder rule = new RuleBuilder();
    int b = rule.factor("b", choice.shape().get(0), FactorKind.PASS_THROUGH);
    int s = rule.factor("s", choice.shape().get(1), FactorKind.NEEDS_REPLICATION);
    int e = rule.factor("e", choice.shape().get(2), FactorKind.PASS_THROUGH);
    return rule.operand(b, s, e).result(b, s, e).build();
  }

  static FactorRule dispatchFactors(List<TensorType> operands, List<TensorType> results) {
    Loops l =
        new Loops(
            operands.get(0),
            results.get(0),
            FactorKind.REDUCTION,
            FactorKind.PASS_THROUGH,
            FactorKind.PASS_THROUGH);
    l.rule.operand(l.b, l.s, l.h);
    return l.routedBy(operands).result(l.b, l.e, l.c, l.h).build();
  }

  static FactorRule combineFactors(List<TensorType> operands, List<TensorType> results) {
    Loops l =
        new Loops(
            results.get(0),
            operands.get(0),
            FactorKind.PASS_THROUGH,
            FactorKind.REDUCTION,
            FactorKind.PASS_THROUGH);
    l.rule.operand(l.b, l.e, l.c, l.h);
    return l.routedBy(operands).result(l.b, l.s, l.h).build();
  }

  static FactorRule productFactors(List<TensorType> operands) {
    Loops l =
        new Loops(
            operands.get(0),
            operands.get(1),
            FactorKind.PASS_THROUGH,
            FactorKind.PASS_THROUGH,
            FactorKind.REDUCTION);
    return l.rule
        .operand(l.b, l.s, l.h)
        .operand(l.b, l.e, l.c, l.h)
        .operand(l.b, l.s, l.e)
        .result(l.b, l.s, l.e)
        .build();
  }

  /** The five factors, from tokens [b, s, h] and places [b, e, c, h]. */
  private static final class Loops {
    final RuleBuilder rule = new RuleBuilder();
    final int b;
    final int s;
    final int e;
    final int c;
    final int h;

    Loops(TensorType tokens, TensorType places, FactorKind s, FactorKind e, FactorKind h) {
      this.b = rule.factor("b", tokens.shape().get(0), FactorKind.PASS_THROUGH);
      this.s = rule.factor("s", tokens.shape().get(1), s);
      this.e = rule.factor("e", places.shape().get(1), e);
      this.c = rule.factor("c", places.shape().get(2), FactorKind.NEEDS_REPLICATION);
      this.h = rule.factor("h", tokens.shape().get(2), h);
    }

    /** Adds the operands after the first, slots and weights. */
    RuleBuilder routedBy(List<TensorType> operands) {
      operands.stream().skip(1).forEach(o -> rule.operand(b, s, e));
      return rule;
    }
  }

  /** Ranks each row by k passes over it at most. */
  static Work topKWork(TopK op, FactorRule rule, long[] sizes) {
    return LocalElements.stream(rule, sizes, op.k());
  }

  static Work slotWork(FactorRule rule, long[] sizes) {
    return LocalElements.stream(rule, sizes, 1, List.of(), List.of(new int[] {0, 4}));
  }

  /** Brings a token to each place. */
  static Work dispatchWork(FactorRule rule, long[] sizes) {
    double places = LocalElements.result(rule, sizes, 0);
    return routingWork(rule, sizes, places, places);
  }

  /** Reads the places and writes the tokens. */
  static Work combineWork(FactorRule rule, long[] sizes) {
    double places = LocalElements.operand(rule, sizes, 0);
    return routingWork(rule, sizes, places, LocalElements.result(rule, sizes, 0));
  }

  private static Work routingWork(FactorRule rule, long[] sizes, double read, double write) {
    boolean weighed = rule.operands().size() == 3;
    double weights = weighed ? LocalElements.operand(rule, sizes, 2) : 0;
    double slots = LocalElements.operand(rule, sizes, 1);
    return new Work.Stream(read + weights, write, 4 * slots, 2 * read);
  }

  /** Reads the places and a token for each of them. */
  static Work productWork(FactorRule rule, long[] sizes) {
    double places = LocalElements.operand(rule, sizes, 1);
    double slots = LocalElements.operand(rule, sizes, 2);
    double products = LocalElements.result(rule, sizes, 0);
    return new Work.Stream(2 * places, products, 4 * slots, 2 * places);
  }
}
