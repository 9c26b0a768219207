package autopar.ir.op;

import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Types and loops of {@link Reshape}: dimensions are split and merged from the major side into
 * common factors r0, r1, ..; where both sides have no common divisor left, the rest of the group is
 * needed whole. The factors do not depend on the direction. The batch is the major part of its
 * dimension and must stay that.
 */
final class ReshapeRules {

  private ReshapeRules() {}

  static Shapes shapes(Reshape op, List<TensorType> operands) {
    if (operands.size() != 1) {
      return Operands.wrongCount("reshape", 1, operands.size());
    }
    TensorType x = operands.get(0);
    TensorType result = new TensorType(x.element(), op.shape());
    if (!count(x).equals(count(result)) || batchedDims(x) != batchedDims(result)) {
      return Shapes.mismatch(0, "%s has not the number of elements of %s".formatted(x, result));
    }
    if (walk(x, result).isEmpty()) {
      return Shapes.mismatch(
          0,
          "reshape of %s to %s would move the batch".formatted(x, result),
          "transpose first, so that the batch is the major part of its dimension");
    }
    return Shapes.ok(result);
  }

  static FactorRule factors(TensorType operand, TensorType result) {
    return walk(operand, result)
        .orElseThrow(() -> new IllegalArgumentException(operand + " to " + result));
  }

  private static BigInteger count(TensorType type) {
    return type.shape().stream()
        .map(e -> BigInteger.valueOf(e.count()))
        .reduce(BigInteger.ONE, BigInteger::multiply);
  }

  private static long batchedDims(TensorType type) {
    return type.shape().stream().filter(Extent::batched).count();
  }

  /** What is left of the current dimension of one side. */
  private static final class Side {
    final List<Extent> shape;
    final List<List<Integer>> factors = new ArrayList<>();
    int dim;
    long count;
    boolean batched;

    Side(TensorType type) {
      shape = type.shape();
      shape.forEach(e -> factors.add(new ArrayList<>()));
      dim = -1;
      advance();
    }

    /** Goes on to the next dimension of more than one element, unless this one is not used up. */
    void advance() {
      while (dim < shape.size() && count <= 1 && !batched) {
        dim++;
        if (dim < shape.size()) {
          count = shape.get(dim).count();
          batched = shape.get(dim).batched();
        }
      }
    }

    boolean done() {
      return dim >= shape.size();
    }

    void take(int factor, long size) {
      factors.get(dim).add(factor);
      count /= size;
      batched = false;
    }
  }

  private static Optional<FactorRule> walk(TensorType operand, TensorType result) {
    RuleBuilder rule = new RuleBuilder();
    Side a = new Side(operand);
    Side b = new Side(result);
    int next = 0;
    while (!a.done() && !b.done()) {
      if (a.batched != b.batched) {
        return Optional.empty();
      }
      long common = gcd(a.count, b.count);
      if (common > 1 || a.batched) {
        int factor =
            rule.factor("r" + next++, new Extent(common, a.batched), FactorKind.PASS_THROUGH);
        a.take(factor, common);
        b.take(factor, common);
      } else if (!takeBlock(rule, next++, a, b)) {
        return Optional.empty();
      }
      a.advance();
      b.advance();
    }
    return a.done() && b.done()
        ? Optional.of(rule.compoundOperand(a.factors).compoundResult(b.factors).build())
        : Optional.empty();
  }

  /** Takes parts of both sides until they hold equally many elements; false at a batch. */
  private static boolean takeBlock(RuleBuilder rule, int number, Side a, Side b) {
    long left = takePart(rule, "r" + number + "a", a, a.count);
    long right = takePart(rule, "r" + number + "b", b, b.count);
    int part = 1;
    while (left != right) {
      boolean lagging = left < right;
      Side side = lagging ? a : b;
      side.advance();
      if (side.done() || side.batched) {
        return false;
      }
      long missing = lagging ? right / gcd(left, right) : left / gcd(left, right);
      long common = gcd(side.count, missing);
      String name = "r" + number + (lagging ? "a" : "b") + part++;
      long taken = takePart(rule, name, side, common > 1 ? common : side.count);
      left *= lagging ? taken : 1;
      right *= lagging ? 1 : taken;
    }
    return true;
  }

  private static long takePart(RuleBuilder rule, String name, Side side, long size) {
    side.take(rule.factor(name, Extent.of(size), FactorKind.NEEDS_REPLICATION), size);
    return size;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }
}
