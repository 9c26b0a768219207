package autopar.strategy;

import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Every way to shard one forward node on a mesh: each strategy assigns every axis to one factor of
 * the node's rule, or to none (the axis repeats the work).
 *
 * <p>What follows from an assignment, per tensor (d = dimension whose major factor the axis got):
 * an operand or result that has the factor is split along d; a result without it is partial; the
 * gradient of an operand without it is partial, because every shard adds its own part; a result's
 * gradient is needed complete. Assignments to factors that are not major in their dimension, to
 * factors smaller than the axis, and to factors that need replication are not strategies.
 *
 * @param factorOfAxis [strategy][axis] factor index, or -1
 * @param operand [strategy][operand] sharding the node reads
 * @param operandGradient [strategy][operand] sharding of the gradient it hands back
 * @param result [strategy][result] sharding it leaves, possibly partial
 */
public record NodeStrategies(
    int[][] factorOfAxis, int[][] operand, int[][] operandGradient, int[][] result) {

  public int count() {
    return factorOfAxis.length;
  }

  /**
   * Enumerates the strategies of a node.
   *
   * @param sequence factors that carry the sequence outside attention (see {@link AxisUse})
   * @param tiedOperand operand that every axis but the data axis must split along its first
   *     dimension where that dimension is long enough (vocabulary parallelism of tied embeddings),
   *     or -1
   */
  public static NodeStrategies of(
      FactorRule rule,
      int[] axisSizes,
      long batch,
      AxisUse use,
      boolean[] sequence,
      int tiedOperand) {
    List<int[]> assignments = new ArrayList<>();
    enumerate(rule, axisSizes, batch, use, sequence, 0, new int[axisSizes.length], assignments);
    if (tiedOperand >= 0) {
      List<int[]> alike =
          assignments.stream()
              .filter(a -> splitsFirst(rule.operands().get(tiedOperand), a, axisSizes, use))
              .toList();
      assignments = alike.isEmpty() ? assignments : alike;
    }
    int n = assignments.size();
    int[][] operand = new int[n][];
    int[][] gradient = new int[n][];
    int[][] result = new int[n][];
    for (int s = 0; s < n; s++) {
      int[] assigned = assignments.get(s);
      operand[s] = codes(rule.operands(), assigned, AxisCode.REPLICATED);
      gradient[s] = codes(rule.operands(), assigned, AxisCode.PARTIAL);
      result[s] = codes(rule.results(), assigned, AxisCode.PARTIAL);
      finishInternalReductions(rule, assigned, result[s]);
    }
    return new NodeStrategies(assignments.toArray(int[][]::new), operand, gradient, result);
  }

  private static void enumerate(
      FactorRule rule,
      int[] sizes,
      long batch,
      AxisUse use,
      boolean[] sequence,
      int axis,
      int[] chosen,
      List<int[]> out) {
    if (axis == sizes.length) {
      out.add(chosen.clone());
      return;
    }
    boolean data = use.dataFirst() && axis == 0;
    boolean splitsBatch = false;
    for (int f = 0; sizes[axis] > 1 && f < rule.factors().size(); f++) {
      boolean batched = rule.factors().get(f).extent().batched();
      if (data && !batched) {
        continue;
      }
      if (!data && !use.admits(batched, sequence[f])) {
        continue;
      }
      if (assignable(rule, f) && fits(rule, f, sizes, batch, axis, chosen)) {
        splitsBatch |= data;
        chosen[axis] = f;
        enumerate(rule, sizes, batch, use, sequence, axis + 1, chosen, out);
      }
    }
    if (!splitsBatch) {
      chosen[axis] = -1;
      enumerate(rule, sizes, batch, use, sequence, axis + 1, chosen, out);
    }
  }

  private static boolean splitsFirst(
      List<List<Integer>> operand, int[] assigned, int[] sizes, AxisUse use) {
    for (int axis = use.dataFirst() ? 1 : 0; axis < assigned.length; axis++) {
      if (sizes[axis] > 1 && !operand.getFirst().contains(assigned[axis])) {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(
      FactorRule rule, int factor, int[] sizes, long batch, int axis, int[] chosen) {
    long shards = sizes[axis];
    for (int a = 0; a < axis; a++) {
      if (chosen[a] == factor) {
        shards *= sizes[a];
      }
    }
    return shards <= rule.factors().get(factor).extent().at(batch);
  }

  private static boolean assignable(FactorRule rule, int factor) {
    FactorKind kind = rule.factors().get(factor).kind();
    if (kind == FactorKind.NEEDS_REPLICATION || kind == FactorKind.PERMUTATION) {
      return false;
    }
    return majorEverywhere(rule.operands(), factor) && majorEverywhere(rule.results(), factor);
  }

  private static boolean majorEverywhere(List<List<List<Integer>>> tensors, int factor) {
    for (List<List<Integer>> tensor : tensors) {
      for (List<Integer> dim : tensor) {
        if (dim.lastIndexOf(factor) > 0) {
          return false;
        }
      }
    }
    return true;
  }

  private static int[] codes(List<List<List<Integer>>> tensors, int[] assigned, int absent) {
    int[] codes = new int[tensors.size()];
    for (int t = 0; t < codes.length; t++) {
      int code = AxisCode.ALL_REPLICATED;
      for (int axis = 0; axis < assigned.length; axis++) {
        if (assigned[axis] >= 0) {
          int dim = dimensionOf(tensors.get(t), assigned[axis]);
          code = AxisCode.with(code, axis, dim >= 0 ? dim : absent);
        }
      }
      codes[t] = code;
    }
    return codes;
  }

  /** Results of factors that the op reduces by itself are complete, not partial. */
  private static void finishInternalReductions(FactorRule rule, int[] assigned, int[] result) {
    for (int axis = 0; axis < assigned.length; axis++) {
      if (assigned[axis] >= 0
          && rule.factors().get(assigned[axis]).kind() == FactorKind.INTERNAL_REDUCTION) {
        for (int t = 0; t < result.length; t++) {
          if (AxisCode.at(result[t], axis) == AxisCode.PARTIAL) {
            result[t] = AxisCode.with(result[t], axis, AxisCode.REPLICATED);
          }
        }
      }
    }
  }

  private static int dimensionOf(List<List<Integer>> tensor, int factor) {
    for (int d = 0; d < tensor.size(); d++) {
      if (!tensor.get(d).isEmpty() && tensor.get(d).get(0) == factor) {
        return d;
      }
    }
    return -1;
  }
}
