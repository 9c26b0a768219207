package autopar.sharding;

import java.util.List;

/**
 * How the dimensions of an op's operands and results are made of factors.
 *
 * <p>{@code operands.get(i).get(d)} lists the factors of dimension {@code d} of operand {@code i},
 * major to minor, as indices into {@code factors}; a broadcast dimension of size 1 has none. A
 * sharding rule in the sense of Shardy's op sharding rules (openxla/shardy, OpShardingRuleAttr).
 */
public record FactorRule(
    List<Factor> factors, List<List<List<Integer>>> operands, List<List<List<Integer>>> results) {

  public FactorRule {
    factors = List.copyOf(factors);
    operands = deepCopy(operands);
    results = deepCopy(results);
  }

  private static List<List<List<Integer>>> deepCopy(List<List<List<Integer>>> tensors) {
    return tensors.stream().map(t -> t.stream().map(List::copyOf).toList()).toList();
  }

  /** Index of the factor called {@code name}, or -1. */
  public int indexOf(String name) {
    for (int i = 0; i < factors.size(); i++) {
      if (factors.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
