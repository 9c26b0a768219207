package autopar.lowering;

import autopar.ir.type.TensorType;
import autopar.program.DimSplit;
import autopar.program.Layout;
import autopar.program.StageMesh;
import java.util.ArrayList;
import java.util.List;

/**
 * How what enters and leaves the layers of a stage lies: per axis of the mesh the dimension it
 * splits, or -1. Values that do not grow with the batch are whole on every rank.
 */
record Boundary(List<Integer> dimOfAxis, StageMesh mesh) {

  /** The layout of a value of {@code type}. */
  Layout layout(TensorType type) {
    if (type.rank() == 0 || !type.shape().getFirst().batched()) {
      return Layout.replicated(type.rank());
    }
    List<DimSplit> dims = new ArrayList<>();
    for (int d = 0; d < type.rank(); d++) {
      List<Integer> axes = new ArrayList<>();
      for (int axis = 0; axis < dimOfAxis.size(); axis++) {
        if (dimOfAxis.get(axis) == d && mesh.axes().get(axis).size() > 1) {
          axes.add(axis);
        }
      }
      dims.add(DimSplit.over(axes));
    }
    return new Layout(dims, 0);
  }
}
