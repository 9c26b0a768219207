package autopar.lowering;

import autopar.ir.op.Op;
import autopar.ir.op.Reduce;
import autopar.ir.op.ReduceGrad;
import autopar.ir.op.ReduceKind;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.program.DimSplit;
import autopar.program.Layout;
import autopar.program.SplitFactor;
import autopar.program.StageMesh;
import autopar.sharding.Factor;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;

/**
 * How the tensors of a node lie when the axes of the mesh are assigned to its factors.
 *
 * <p>A tensor that has the factor of an axis is split along the dimension that the factor leads; a
 * result that lacks it is partial, or complete where the op finishes the reduction by itself; what
 * else lacks it is a copy.
 *
 * @param assigned index of the factor per axis, or -1
 * @param reduced axes (bit mask) of internal reductions, which the node must finish
 */
record NodeLayouts(
    List<Layout> operands,
    List<Layout> results,
    List<SplitFactor> split,
    int[] assigned,
    int reduced) {

  private static final int NONE = -1;

  /**
   * Lays out a node.
   *
   * @param factorOfAxis name of the factor per axis; what the rule does not know, or cannot split,
   *     is repeated
   */
  static NodeLayouts of(
      Op op,
      FactorRule rule,
      List<TensorType> operands,
      List<TensorType> results,
      List<String> factorOfAxis,
      StageMesh mesh) {
    int[] assigned = assigned(rule, factorOfAxis, mesh);
    List<Layout> in = new ArrayList<>();
    for (int i = 0; i < operands.size(); i++) {
      in.add(layout(rule, rule.operands().get(i), operands.get(i), assigned, mesh));
    }
    List<Layout> out = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      Layout layout = layout(rule, rule.results().get(i), results.get(i), assigned, mesh);
      out.add(layout.withPartial(summed(rule, rule.results().get(i), assigned)));
    }
    return new NodeLayouts(in, out, split(op, rule, assigned), assigned, reduced(rule, assigned));
  }

  private static int[] assigned(FactorRule rule, List<String> factorOfAxis, StageMesh mesh) {
    int[] assigned = new int[factorOfAxis.size()];
    for (int axis = 0; axis < assigned.length; axis++) {
      int factor = rule.indexOf(factorOfAxis.get(axis));
      boolean usable = factor >= 0 && mesh.axes().get(axis).size() > 1 && splittable(rule, factor);
      assigned[axis] = usable ? factor : NONE;
    }
    return assigned;
  }

  private static boolean splittable(FactorRule rule, int factor) {
    FactorKind kind = rule.factors().get(factor).kind();
    if (kind == FactorKind.NEEDS_REPLICATION || kind == FactorKind.PERMUTATION) {
      return false;
    }
    List<List<List<Integer>>> tensors = new ArrayList<>(rule.operands());
    tensors.addAll(rule.results());
    return tensors.stream().flatMap(List::stream).allMatch(dim -> dim.lastIndexOf(factor) <= 0);
  }

  /** The layout of a tensor whose dimensions are made of {@code dims}. */
  static Layout layout(
      FactorRule rule, List<List<Integer>> dims, TensorType type, int[] assigned, StageMesh mesh) {
    List<DimSplit> splits = new ArrayList<>();
    for (int d = 0; d < dims.size(); d++) {
      List<Integer> axes = new ArrayList<>();
      for (int axis = 0; axis < assigned.length; axis++) {
        if (assigned[axis] != NONE
            && !dims.get(d).isEmpty()
            && dims.get(d).getFirst() == assigned[axis]) {
          axes.add(axis);
        }
      }
      splits.add(split(axes, granule(rule, dims.get(d)), type.shape().get(d), mesh));
    }
    return new Layout(splits, 0);
  }

  /** Elements of a dimension per step of its leading factor. */
  private static Extent granule(FactorRule rule, List<Integer> dim) {
    long count = 1;
    boolean batched = false;
    for (int i = 1; i < dim.size(); i++) {
      Extent extent = rule.factors().get(dim.get(i)).extent();
      count = Math.multiplyExact(count, extent.count());
      batched |= extent.batched();
    }
    return new Extent(count, batched);
  }

  /**
   * The split in the form that equal splits share: by element where that cuts at the same places.
   */
  private static DimSplit split(List<Integer> axes, Extent granule, Extent extent, StageMesh mesh) {
    long parts = 1;
    for (int axis : axes) {
      parts *= mesh.axes().get(axis).size();
    }
    boolean even =
        !granule.batched() && !extent.batched() && extent.count() / granule.count() % parts == 0;
    return axes.isEmpty() || even ? DimSplit.over(axes) : new DimSplit(axes, granule);
  }

  /** Axes whose factor a result lacks, where the op does not finish the sum. */
  private static int summed(FactorRule rule, List<List<Integer>> result, int[] assigned) {
    int mask = 0;
    for (int axis = 0; axis < assigned.length; axis++) {
      int factor = assigned[axis];
      if (factor != NONE
          && rule.factors().get(factor).kind() != FactorKind.INTERNAL_REDUCTION
          && result.stream().noneMatch(dim -> dim.contains(factor))) {
        mask |= 1 << axis;
      }
    }
    return mask;
  }

  private static int reduced(FactorRule rule, int[] assigned) {
    int mask = 0;
    for (int axis = 0; axis < assigned.length; axis++) {
      if (assigned[axis] != NONE
          && rule.factors().get(assigned[axis]).kind() == FactorKind.INTERNAL_REDUCTION) {
        mask |= 1 << axis;
      }
    }
    return mask;
  }

  private static List<SplitFactor> split(Op op, FactorRule rule, int[] assigned) {
    List<SplitFactor> split = new ArrayList<>();
    for (int f = 0; f < rule.factors().size(); f++) {
      List<Integer> axes = new ArrayList<>();
      for (int axis = 0; axis < assigned.length; axis++) {
        if (assigned[axis] == f) {
          axes.add(axis);
        }
      }
      Factor factor = rule.factors().get(f);
      if (!axes.isEmpty() || factor.extent().batched()) {
        // A batched loop is split by micro-batches even where no axis splits it.
        split.add(new SplitFactor(factor.name(), factor.extent(), axes, averaged(op, factor)));
      }
    }
    return split;
  }

  private static boolean averaged(Op op, Factor factor) {
    return switch (op) {
      case Reduce r -> r.kind() == ReduceKind.MEAN && names(r.dims()).contains(factor.name());
      case ReduceGrad r -> r.kind() == ReduceKind.MEAN && names(r.dims()).contains(factor.name());
      default -> false;
    };
  }

  private static List<String> names(List<Integer> dims) {
    return dims.stream().map(d -> "d" + d).toList();
  }
}
