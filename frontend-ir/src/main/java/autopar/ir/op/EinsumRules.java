package autopar.ir.op;

import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Types, loops and work of {@link Einsum}. */
final class EinsumRules {

  private EinsumRules() {}

  static Shapes shapes(Einsum op, List<TensorType> operands) {
    if (operands.size() != op.operands().size()) {
      return Shapes.mismatch(
          -1,
          "the equation \"%s\" has %d operands but %d are given"
              .formatted(op.equation(), op.operands().size(), operands.size()));
    }
    Map<Character, Extent> extents = new LinkedHashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      TensorType type = operands.get(i);
      String letters = op.operands().get(i);
      if (!type.element().isReal()) {
        return Shapes.mismatch(i, "einsum multiplies real tensors, this is " + type);
      }
      if (type.element() != operands.get(0).element()) {
        return Shapes.mismatch(
            i, "element types differ: %s and %s".formatted(operands.get(0), type));
      }
      if (type.rank() != letters.length()) {
        return Shapes.mismatch(
            i,
            "'%s' names %d dimensions but the operand is %s"
                .formatted(letters, letters.length(), type));
      }
      for (int d = 0; d < letters.length(); d++) {
        Extent seen = extents.putIfAbsent(letters.charAt(d), type.shape().get(d));
        if (seen != null && !seen.equals(type.shape().get(d))) {
          return Shapes.mismatch(
              i,
              "operand shapes do not fit: %s and %s".formatted(operands.get(0), type),
              "factor %c is %s in the first operand and %s in the second"
                  .formatted(letters.charAt(d), seen, type.shape().get(d)));
        }
      }
    }
    List<Extent> shape = new ArrayList<>();
    for (char letter : op.result().toCharArray()) {
      shape.add(extents.get(letter));
    }
    return Shapes.ok(new TensorType(operands.get(0).element(), shape));
  }

  static FactorRule factors(Einsum op, List<TensorType> operands, List<TensorType> results) {
    RuleBuilder rule = new RuleBuilder();
    Map<Character, Integer> index = new LinkedHashMap<>();
    for (int d = 0; d < op.result().length(); d++) {
      Extent extent = results.get(0).shape().get(d);
      char letter = op.result().charAt(d);
      index.put(letter, rule.factor(String.valueOf(letter), extent, FactorKind.PASS_THROUGH));
    }
    for (int i = 0; i < operands.size(); i++) {
      List<Integer> dims = new ArrayList<>();
      for (int d = 0; d < op.operands().get(i).length(); d++) {
        char letter = op.operands().get(i).charAt(d);
        Extent extent = operands.get(i).shape().get(d);
        dims.add(
            index.computeIfAbsent(
                letter, l -> rule.factor(String.valueOf(l), extent, FactorKind.REDUCTION)));
      }
      rule.operand(dims);
    }
    return rule.result(op.result().chars().mapToObj(c -> index.get((char) c)).toList()).build();
  }

  /** A product of matrices when something is summed, else a stream. */
  static Work work(Einsum op, FactorRule rule, long[] sizes) {
    if (op.operands().size() == 1) {
      return LocalElements.stream(rule, sizes, 0);
    }
    long batch = 1;
    long m = 1;
    long n = 1;
    long k = 1;
    for (int f = 0; f < rule.factors().size(); f++) {
      char letter = rule.factors().get(f).name().charAt(0);
      boolean left = op.operands().get(0).indexOf(letter) >= 0;
      boolean right = op.operands().get(1).indexOf(letter) >= 0;
      if (op.result().indexOf(letter) < 0) {
        k *= sizes[f];
      } else if (left && right) {
        batch *= sizes[f];
      } else if (left) {
        m *= sizes[f];
      } else {
        n *= sizes[f];
      }
    }
    boolean contracts = rule.factors().stream().anyMatch(f -> f.kind() == FactorKind.REDUCTION);
    return contracts ? new Work.Gemm(batch, m, n, k) : LocalElements.stream(rule, sizes, 1);
  }
}
