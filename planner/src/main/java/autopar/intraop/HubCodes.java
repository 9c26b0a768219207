package autopar.intraop;

import autopar.ir.type.TensorType;
import autopar.strategy.AxisCode;
import autopar.strategy.AxisUse;
import java.util.ArrayList;
import java.util.List;

/**
 * The ways a value with several readers may lie for all of them, and how their gradients are
 * summed: per axis a dimension for both, or nothing for the value and a complete or partial
 * gradient.
 */
public final class HubCodes {

  private final TensorType type;
  private final int[] axisSizes;
  private final long batch;
  private final AxisUse use;
  private final List<int[]> codes = new ArrayList<>();

  private HubCodes(TensorType type, int[] axisSizes, long batch, AxisUse use) {
    this.type = type;
    this.axisSizes = axisSizes;
    this.batch = batch;
    this.use = use;
  }

  /** Pairs of (sharding of the value, sharding of the sum of its gradients), in a fixed order. */
  public static List<int[]> of(TensorType type, int[] axisSizes, long batch, AxisUse use) {
    HubCodes hub = new HubCodes(type, axisSizes, batch, use);
    hub.enumerate(0, AxisCode.ALL_REPLICATED, AxisCode.ALL_REPLICATED);
    return hub.codes;
  }

  private void enumerate(int axis, int value, int gradient) {
    if (axis == axisSizes.length) {
      codes.add(new int[] {value, gradient});
      return;
    }
    boolean data = use.dataFirst() && axis == 0;
    boolean splitsBatch = false;
    for (int d = 0; axisSizes[axis] > 1 && d < type.rank(); d++) {
      boolean batched = type.shape().get(d).batched();
      if ((data && !batched) || !fits(d, axis, value)) {
        continue;
      }
      splitsBatch |= data;
      enumerate(axis + 1, AxisCode.with(value, axis, d), AxisCode.with(gradient, axis, d));
    }
    if (!splitsBatch) {
      enumerate(axis + 1, value, gradient);
      if (axisSizes[axis] > 1) {
        enumerate(axis + 1, value, AxisCode.with(gradient, axis, AxisCode.PARTIAL));
      }
    }
  }

  private boolean fits(int dim, int axis, int code) {
    long shards = axisSizes[axis];
    for (int a = 0; a < axis; a++) {
      if (AxisCode.at(code, a) == dim) {
        shards *= axisSizes[a];
      }
    }
    return shards <= type.shape().get(dim).at(batch);
  }
}
