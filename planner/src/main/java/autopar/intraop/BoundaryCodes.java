package autopar.intraop;

import autopar.ir.type.TensorType;
import autopar.strategy.AxisCode;
import autopar.strategy.AxisUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The shardings a stage may give to what flows between its layers.
 *
 * <p>A stage keeps one sharding for the values carried from layer to layer: the data axis on the
 * batch, other axes on the batch, the sequence, the last dimension, or nothing.
 */
public final class BoundaryCodes {

  private BoundaryCodes() {}

  /** All boundary shardings of a value of {@code type} in the given search space. */
  public static int[] of(TensorType type, int[] axisSizes, long batch, AxisUse use) {
    List<Integer> codes = new ArrayList<>();
    enumerate(type, axisSizes, batch, use, 0, AxisCode.ALL_REPLICATED, codes);
    return codes.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void enumerate(
      TensorType type,
      int[] sizes,
      long batch,
      AxisUse use,
      int axis,
      int code,
      List<Integer> out) {
    if (axis == sizes.length) {
      out.add(code);
      return;
    }
    if (sizes[axis] == 1) {
      enumerate(type, sizes, batch, use, axis + 1, code, out);
      return;
    }
    boolean data = use.dataFirst() && axis == 0;
    boolean mustSequence = !data && use.sequenceParallel().equals(Optional.of(true));
    boolean noSequence = use.sequenceParallel().equals(Optional.of(false));
    for (int d = 0; d < type.rank(); d++) {
      boolean batched = type.shape().get(d).batched();
      boolean wanted = data ? batched : !noSequence && !(mustSequence && d != 1);
      if (wanted && fits(type, sizes, batch, axis, code, d)) {
        enumerate(type, sizes, batch, use, axis + 1, AxisCode.with(code, axis, d), out);
      }
    }
    if (!data && !mustSequence) {
      enumerate(type, sizes, batch, use, axis + 1, code, out);
    }
  }

  private static boolean fits(
      TensorType type, int[] sizes, long batch, int axis, int code, int dim) {
    long shards = sizes[axis];
    for (int a = 0; a < axis; a++) {
      if (AxisCode.at(code, a) == dim) {
        shards *= sizes[a];
      }
    }
    return shards <= type.shape().get(dim).at(batch);
  }

  /**
   * The boundary sharding of a value of {@code type} under the stage's {@code code}: values without
   * a batch (position biases) are on every device; axes on dimensions the value lacks are unused.
   */
  public static int on(int code, TensorType type) {
    if (type.rank() == 0 || !type.shape().get(0).batched()) {
      return AxisCode.ALL_REPLICATED;
    }
    int result = code;
    for (int axis = 0; axis < 3; axis++) {
      int dim = AxisCode.at(code, axis);
      if (dim < AxisCode.PARTIAL && dim >= type.rank()) {
        result = AxisCode.with(result, axis, AxisCode.REPLICATED);
      }
    }
    return result;
  }
}
