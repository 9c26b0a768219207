package autopar.ir.op;

import autopar.ir.type.Extent;
import autopar.sharding.FactorKind;
import java.util.List;

/**
 * How a window slides along one dimension, as factors: where the outputs tile the input, the input
 * is the output's factor times the stride, and shards exchange borders unless windows do not
 * overlap; elsewhere the dimension is needed whole.
 */
record SpatialLoop(List<Integer> input, List<Integer> output) {

  /**
   * Declares the factors {@code name}, and {@code name + "s"} or {@code name + "i"} for the input.
   *
   * @param shared kind of the factor when it can be sharded at all: PERMUTATION for tensors whose
   *     borders are exchanged, REDUCTION where positions are summed
   */
  static SpatialLoop declare(
      RuleBuilder rule,
      String name,
      Extent input,
      Extent output,
      long window,
      long stride,
      FactorKind shared) {
    boolean tiles = input.count() == output.count() * stride;
    boolean overlaps = window > stride || !tiles;
    FactorKind kind =
        !tiles
            ? FactorKind.NEEDS_REPLICATION
            : shared == FactorKind.PERMUTATION && !overlaps ? FactorKind.PASS_THROUGH : shared;
    int out = rule.factor(name, output, kind);
    if (!tiles) {
      int in = rule.factor(name + "i", input, FactorKind.NEEDS_REPLICATION);
      return new SpatialLoop(List.of(in), List.of(out));
    }
    if (stride == 1) {
      return new SpatialLoop(List.of(out), List.of(out));
    }
    int step = rule.factor(name + "s", Extent.of(stride), FactorKind.NEEDS_REPLICATION);
    return new SpatialLoop(List.of(out, step), List.of(out));
  }

  /** The result extent of a window over {@code input}, or null when not one fits. */
  static Extent outputs(Extent input, long window, long stride, long padding) {
    if (input.batched() || stride < 1 || padding < 0 || window < 1 || padding >= window) {
      return null;
    }
    long n = Window.outputs(input.count(), window, stride, padding);
    return n < 1 ? null : Extent.of(n);
  }
}
