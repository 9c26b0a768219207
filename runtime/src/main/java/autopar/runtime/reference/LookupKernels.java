package autopar.runtime.reference;

import autopar.runtime.Placement;
import java.util.List;

/** Rows of a table by id. Ids outside the table's share count as rows of zeros. */
final class LookupKernels {

  private LookupKernels() {}

  static Tensor embedding(List<Tensor> in, int[] shape, Placement placement) {
    Tensor table = in.get(0);
    int h = table.lastDim();
    return Tensor.filled(
        shape,
        i -> {
          int row = (int) in.get(1).data()[i / h] - placement.offset("v");
          return row >= 0 && row < table.shape()[0] ? table.data()[row * h + i % h] : 0;
        });
  }

  /** (ids, dy) -> dtable. */
  static Tensor embeddingGrad(List<Tensor> in, int[] shape, Placement placement) {
    Tensor dy = in.get(1);
    Tensor table = Tensor.zeros(shape);
    int h = shape[1];
    for (int i = 0; i < dy.size(); i++) {
      int row = (int) in.get(0).data()[i / h] - placement.offset("v");
      if (row >= 0 && row < shape[0]) {
        table.data()[row * h + i % h] += dy.data()[i];
      }
    }
    return table;
  }
}
