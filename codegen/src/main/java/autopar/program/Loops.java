package autopar.program;

import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.Factor;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The loops of a kernel as a program splits them, against the rule of its op. */
final class Loops {

  private final FactorRule rule;
  private final SplitFactor[] split;
  private final int[] axisSizes;
  private final long[] batches;
  private final Optional<String> wrong;

  /**
   * Reads off the split of every loop.
   *
   * @param batches sizes of micro-batches
   */
  Loops(FactorRule rule, List<SplitFactor> factors, List<Integer> axisSizes, long[] batches) {
    this.rule = rule;
    this.split = new SplitFactor[rule.factors().size()];
    this.axisSizes = axisSizes.stream().mapToInt(s -> s).toArray();
    this.batches = batches;
    this.wrong = read(factors);
  }

  private Optional<String> read(List<SplitFactor> factors) {
    int used = 0;
    for (SplitFactor factor : factors) {
      int index = rule.indexOf(factor.name());
      if (index < 0 || split[index] != null) {
        return Optional.of("loop '" + factor.name() + "' is not one of the op, or twice");
      }
      split[index] = factor;
      Factor own = rule.factors().get(index);
      if (!own.extent().equals(factor.extent())) {
        return Optional.of("loop '" + factor.name() + "' is " + own.extent() + " long");
      }
      boolean whole =
          own.kind() == FactorKind.NEEDS_REPLICATION || own.kind() == FactorKind.PERMUTATION;
      if (whole && !factor.axes().isEmpty()) {
        return Optional.of("loop '" + factor.name() + "' cannot be split");
      }
      for (int axis : factor.axes()) {
        if (axis < 0 || axis >= axisSizes.length || (used & 1 << axis) != 0) {
          return Optional.of("axis " + axis + " splits two loops, or does not exist");
        }
        used |= 1 << axis;
      }
    }
    for (int f = 0; f < split.length; f++) {
      if (split[f] == null && rule.factors().get(f).extent().batched()) {
        return Optional.of(
            "loop '" + rule.factors().get(f).name() + "' is split by micro-batches, unsaid");
      }
    }
    return Optional.empty();
  }

  /** What is wrong with the split itself. */
  Optional<String> wrong() {
    return wrong;
  }

  /**
   * Axes (bit mask) of loops that a result made of {@code dims} lacks and the op does not finish.
   */
  int summed(List<List<Integer>> dims) {
    int mask = 0;
    for (int f = 0; f < split.length; f++) {
      int factor = f;
      boolean lacks = dims.stream().noneMatch(d -> d.contains(factor));
      if (lacks && rule.factors().get(f).kind() != FactorKind.INTERNAL_REDUCTION) {
        mask |= mask(f);
      }
    }
    return mask;
  }

  /** Axes (bit mask) of reductions that the op must finish. */
  int reduced() {
    int mask = 0;
    for (int f = 0; f < split.length; f++) {
      mask |= rule.factors().get(f).kind() == FactorKind.INTERNAL_REDUCTION ? mask(f) : 0;
    }
    return mask;
  }

  private int mask(int factor) {
    int mask = 0;
    for (int axis : axes(factor)) {
      mask |= 1 << axis;
    }
    return mask;
  }

  private List<Integer> axes(int factor) {
    return split[factor] == null ? List.of() : split[factor].axes();
  }

  /** Where {@code layout} differs from the loops, on any rank and micro-batch. */
  Optional<String> wrong(String tensor, List<List<Integer>> dims, TensorType type, Layout layout) {
    for (int d = 0; d < dims.size(); d++) {
      List<Integer> factors = dims.get(d);
      for (int minor = 1; minor < factors.size(); minor++) {
        if (!axes(factors.get(minor)).isEmpty()) {
          return Optional.of(tensor + ": a loop inside dimension " + d + " is split");
        }
      }
      if (!agrees(factors, type.shape().get(d), layout.dims().get(d))) {
        return Optional.of(
            tensor + ": dimension " + d + " is not the part of the loops that the rank runs");
      }
    }
    return Optional.empty();
  }

  private boolean agrees(List<Integer> factors, Extent extent, DimSplit dim) {
    List<Integer> axes = factors.isEmpty() ? List.of() : axes(factors.getFirst());
    if (axes.isEmpty()) {
      return dim.axes().isEmpty();
    }
    int[] all = union(axes, dim.axes());
    for (long batch : batches) {
      int[] at = new int[axisSizes.length];
      do {
        if (!part(factors, batch, at).equals(dim.range(extent.at(batch), batch, axisSizes, at))) {
          return false;
        }
      } while (next(at, all));
    }
    return true;
  }

  /** The part of a dimension made of {@code factors} when only the first of them is split. */
  private Range part(List<Integer> factors, long batch, int[] at) {
    long unit = 1;
    for (int minor = 1; minor < factors.size(); minor++) {
      unit *= rule.factors().get(factors.get(minor)).extent().at(batch);
    }
    Range steps = split[factors.getFirst()].range(batch, axisSizes, at);
    return new Range(steps.from() * unit, steps.to() * unit);
  }

  private static int[] union(List<Integer> a, List<Integer> b) {
    int[] all = new int[a.size() + b.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = i < a.size() ? a.get(i) : b.get(i - a.size());
    }
    return Arrays.stream(all).distinct().toArray();
  }

  /** Counts {@code at} up along {@code axes}; false after the last. */
  private boolean next(int[] at, int[] axes) {
    for (int axis : axes) {
      at[axis]++;
      if (at[axis] < axisSizes[axis]) {
        return true;
      }
      at[axis] = 0;
    }
    return false;
  }
}
