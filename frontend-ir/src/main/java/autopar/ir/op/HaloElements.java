package autopar.ir.op;

import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;

/**
 * Elements of the compute precision that a device receives from its neighbours when a {@link
 * FactorKind#PERMUTATION} factor is sharded: the rows (or columns) that windows at the border of
 * its share reach beyond it.
 */
public final class HaloElements {

  private HaloElements() {}

  /**
   * Elements received; 0 for factors that are not permuted.
   *
   * @param localFactorSizes elements of each factor on the device, by factor index
   * @param factor index of the factor that is sharded
   */
  public static double of(Op op, FactorRule rule, long[] localFactorSizes, int factor) {
    if (rule.factors().get(factor).kind() != FactorKind.PERMUTATION) {
      return 0;
    }
    long[] sizes = localFactorSizes;
    boolean vertical = rule.factors().get(factor).name().equals("y");
    return switch (op) {
      case Conv2d c ->
          reach(rule, sizes, 0, factor, c.stride(), window(rule, sizes, vertical) - c.stride());
      case Conv2dInputGrad c ->
          reach(
              rule,
              sizes,
              1,
              factor,
              1,
              Math.ceilDiv(window(rule, sizes, vertical) - c.stride(), c.stride()));
      case Pool2d p ->
          reach(rule, sizes, 0, factor, p.window().stride(), beyond(p.window(), vertical));
      case Pool2dGrad p ->
          reach(
              rule,
              sizes,
              rule.operands().size() - 1,
              factor,
              1,
              Math.ceilDiv(beyond(p.window(), vertical), p.window().stride()));
      case ForwardOp o -> 0;
      case GradientOp o -> 0;
    };
  }

  /** {@code rows} slices of operand {@code i} along the sharded dimension. */
  private static double reach(
      FactorRule rule, long[] sizes, int i, int factor, long step, long rows) {
    return LocalElements.operand(rule, sizes, i) / ((double) sizes[factor] * step) * rows;
  }

  private static long window(FactorRule rule, long[] sizes, boolean vertical) {
    return sizes[rule.indexOf(vertical ? "ky" : "kx")];
  }

  private static long beyond(Window window, boolean vertical) {
    return (vertical ? window.height() : window.width()) - window.stride();
  }
}
