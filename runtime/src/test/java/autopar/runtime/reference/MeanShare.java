package autopar.runtime.reference;

import autopar.ir.op.Op;
import autopar.ir.op.Reduce;
import autopar.ir.op.ReduceGrad;
import autopar.sharding.FactorRule;

/** The part of the elements of an op's mean that a shard holds. */
public final class MeanShare {

  private MeanShare() {}

  /** {@code share} when the factor counts elements of the mean, else 1. */
  public static double of(Op op, FactorRule rule, int factor, double share) {
    String name = rule.factors().get(factor).name();
    if (op instanceof Reduce reduce) {
      return reduce.dims().contains(dim(name)) ? share : 1;
    }
    if (op instanceof ReduceGrad reduce) {
      return reduce.dims().contains(dim(name)) ? share : 1;
    }
    return 1;
  }

  private static int dim(String name) {
    return Integer.parseInt(name.substring(1));
  }
}
