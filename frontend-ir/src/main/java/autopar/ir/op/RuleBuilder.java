package autopar.ir.op;

import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.Factor;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;

/** Collects factors by name and the tensors made of them, in order, into a {@link FactorRule}. */
final class RuleBuilder {

  private final List<Factor> factors = new ArrayList<>();
  private final List<List<List<Integer>>> operands = new ArrayList<>();
  private final List<List<List<Integer>>> results = new ArrayList<>();

  /** Declares a factor and returns its index. */
  int factor(String name, Extent extent, FactorKind kind) {
    factors.add(new Factor(name, extent, kind));
    return factors.size() - 1;
  }

  /** Declares {@code d0, d1, ..}, one per dimension of {@code type}. */
  List<Integer> dims(TensorType type, FactorKind kind) {
    List<Integer> indices = new ArrayList<>();
    for (int d = 0; d < type.rank(); d++) {
      indices.add(factor("d" + d, type.shape().get(d), kind));
    }
    return indices;
  }

  /** Adds an operand whose dimensions have one factor each. */
  RuleBuilder operand(List<Integer> dims) {
    operands.add(single(dims));
    return this;
  }

  RuleBuilder operand(Integer... dims) {
    return operand(List.of(dims));
  }

  RuleBuilder compoundOperand(List<List<Integer>> dims) {
    operands.add(dims);
    return this;
  }

  /** Adds a result whose dimensions have one factor each. */
  RuleBuilder result(List<Integer> dims) {
    results.add(single(dims));
    return this;
  }

  RuleBuilder result(Integer... dims) {
    return result(List.of(dims));
  }

  RuleBuilder compoundResult(List<List<Integer>> dims) {
    results.add(dims);
    return this;
  }

  FactorRule build() {
    return new FactorRule(factors, operands, results);
  }

  /**
   * The factors of a tensor that aligns at its last dimensions with one of dimensions {@code wide}:
   * none where it is broadcast.
   */
  static List<List<Integer>> aligned(
      TensorType type, TensorType wideType, List<List<Integer>> wide) {
    int missing = wideType.rank() - type.rank();
    List<List<Integer>> dims = new ArrayList<>();
    for (int d = 0; d < type.rank(); d++) {
      boolean broadcast = !type.shape().get(d).equals(wideType.shape().get(d + missing));
      dims.add(broadcast ? List.of() : wide.get(d + missing));
    }
    return dims;
  }

  static List<List<Integer>> single(List<Integer> dims) {
    return dims.stream().map(List::of).toList();
  }
}
