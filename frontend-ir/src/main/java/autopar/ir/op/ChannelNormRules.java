package autopar.ir.op;

import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Types, loops and work of norms per channel (batch norm: factors d0, d1, .. with the channels
 * last) and per group of channels (group norm: factors n, y, x, g, r; channels are groups g of r).
 */
final class ChannelNormRules {

  private static final double OPERATIONS = 8;

  private ChannelNormRules() {}

  static Shapes batchShapes(List<TensorType> operands) {
    return shapes("batch_norm", 2, List.of(), 1, operands);
  }

  static Shapes groupShapes(long groups, List<TensorType> operands) {
    if (!operands.isEmpty() && operands.get(0).rank() == 4) {
      Extent channels = Operands.last(operands.get(0));
      if (groups < 1 || channels.batched() || channels.count() % groups != 0) {
        return Shapes.mismatch(
            0, "group_norm cannot split %s channels into %d groups".formatted(channels, groups));
      }
      return shapes("group_norm", 4, List.of(operands.get(0).shape().get(0)), groups, operands);
    }
    return operands.isEmpty()
        ? Operands.wrongCount("group_norm", 3, 0)
        : Shapes.mismatch(
            0, "group_norm needs [samples, height, width, channels], not " + operands.get(0));
  }

  /** Statistics have shape {@code samples} x groups; a batch norm has one group per channel. */
  private static Shapes shapes(
      String name, int minimumRank, List<Extent> samples, long groups, List<TensorType> operands) {
    if (operands.size() != 3) {
      return Operands.wrongCount(name, 3, operands.size());
    }
    TensorType x = operands.get(0);
    if (x.element() != ElementType.REAL || x.rank() < minimumRank) {
      return Shapes.mismatch(
          0,
          "%s needs a real tensor of at least %d dimensions, not %s"
              .formatted(name, minimumRank, x));
    }
    TensorType row = new TensorType(ElementType.REAL, List.of(Operands.last(x)));
    for (int i = 1; i < 3; i++) {
      if (!operands.get(i).equals(row)) {
        return Shapes.mismatch(
            i,
            "%s of %s needs a %s of shape %s, this is %s"
                .formatted(name, x, i == 1 ? "gain" : "bias", row, operands.get(i)));
      }
    }
    List<Extent> statistics = new ArrayList<>(samples);
    statistics.add(samples.isEmpty() ? Operands.last(x) : Extent.of(groups));
    TensorType moments = new TensorType(ElementType.FLOAT32, statistics);
    return Shapes.ok(x, moments, moments);
  }

  /** (x, gain, mean, deviation, dy) -> dx. */
  static Shapes inputGradShapes(List<TensorType> operands) {
    return operands.size() == 5
        ? Shapes.ok(operands.get(0))
        : Operands.wrongCount("this gradient", 5, operands.size());
  }

  /** (x, mean, deviation, dy) -> (dgain, dbias). */
  static Shapes parameterGradShapes(List<TensorType> operands) {
    if (operands.size() != 4) {
      return Operands.wrongCount("this gradient", 4, operands.size());
    }
    TensorType x = operands.get(0);
    TensorType row = new TensorType(x.element(), List.of(Operands.last(x)));
    return Shapes.ok(row, row);
  }

  static FactorRule batchFactors(List<TensorType> operands, List<TensorType> results) {
    return batchRule(operands, results, FactorKind.INTERNAL_REDUCTION);
  }

  static FactorRule batchParameterGradFactors(List<TensorType> operands, List<TensorType> results) {
    return batchRule(operands, results, FactorKind.REDUCTION);
  }

  private static FactorRule batchRule(
      List<TensorType> operands, List<TensorType> results, FactorKind samples) {
    TensorType x = operands.get(0);
    RuleBuilder rule = new RuleBuilder();
    List<Integer> dims = new ArrayList<>();
    for (int d = 0; d < x.rank(); d++) {
      dims.add(
          rule.factor(
              "d" + d, x.shape().get(d), d == x.rank() - 1 ? FactorKind.PASS_THROUGH : samples));
    }
    List<Integer> channel = List.of(dims.getLast());
    operands.forEach(t -> rule.operand(t.rank() == x.rank() ? dims : channel));
    results.forEach(t -> rule.result(t.rank() == x.rank() ? dims : channel));
    return rule.build();
  }

  static FactorRule groupFactors(long groups, List<TensorType> operands, List<TensorType> results) {
    return groupRule(groups, operands, results, FactorKind.PASS_THROUGH);
  }

  static FactorRule groupParameterGradFactors(
      long groups, List<TensorType> operands, List<TensorType> results) {
    return groupRule(groups, operands, results, FactorKind.REDUCTION);
  }

  private static FactorRule groupRule(
      long groups, List<TensorType> operands, List<TensorType> results, FactorKind samples) {
    TensorType x = operands.get(0);
    FactorKind inside =
        samples == FactorKind.REDUCTION ? FactorKind.REDUCTION : FactorKind.INTERNAL_REDUCTION;
    FactorKind withinGroup =
        samples == FactorKind.REDUCTION ? FactorKind.PASS_THROUGH : FactorKind.INTERNAL_REDUCTION;
    RuleBuilder rule = new RuleBuilder();
    int n = rule.factor("n", x.shape().get(0), samples);
    int y = rule.factor("y", x.shape().get(1), inside);
    int w = rule.factor("x", x.shape().get(2), inside);
    int g = rule.factor("g", Extent.of(groups), FactorKind.PASS_THROUGH);
    int r = rule.factor("r", Extent.of(Operands.last(x).count() / groups), withinGroup);
    List<List<Integer>> image = List.of(List.of(n), List.of(y), List.of(w), List.of(g, r));
    List<List<Integer>> statistics = List.of(List.of(n), List.of(g));
    List<List<Integer>> channels = List.of(List.of(g, r));
    operands.forEach(t -> rule.compoundOperand(byRank(t, image, statistics, channels)));
    results.forEach(t -> rule.compoundResult(byRank(t, image, statistics, channels)));
    return rule.build();
  }

  private static List<List<Integer>> byRank(
      TensorType type,
      List<List<Integer>> image,
      List<List<Integer>> statistics,
      List<List<Integer>> channels) {
    return type.rank() == 4 ? image : type.rank() == 2 ? statistics : channels;
  }

  static Work forwardWork(FactorRule rule, long[] sizes) {
    return LocalElements.stream(
        rule, sizes, OPERATIONS, List.of(), List.of(new int[] {1, 4}, new int[] {2, 4}));
  }

  static Work inputGradWork(FactorRule rule, long[] sizes) {
    return LocalElements.stream(
        rule, sizes, OPERATIONS, List.of(new int[] {2, 4}, new int[] {3, 4}), List.of());
  }

  static Work parameterGradWork(FactorRule rule, long[] sizes) {
    return LocalElements.stream(
        rule, sizes, OPERATIONS / 2, List.of(new int[] {1, 4}, new int[] {2, 4}), List.of());
  }
}
