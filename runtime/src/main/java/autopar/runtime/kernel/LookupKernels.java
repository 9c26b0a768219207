package autopar.runtime.kernel;

import autopar.runtime.Placement;
import java.util.Arrays;
import java.util.List;

/** Rows of a table by id. Ids outside the table's share count as rows of zeros. */
final class LookupKernels {

  private LookupKernels() {}

  /** (table, ids) -> rows. */
  static void embedding(List<FloatTensor> in, FloatTensor y, Placement placement) {
    FloatTensor table = in.get(0);
    int h = table.lastDim();
    for (int i = 0; i < in.get(1).size(); i++) {
      int row = (int) in.get(1).data()[i] - placement.offset("v");
      if (row >= 0 && row < table.shape()[0]) {
        System.arraycopy(table.data(), row * h, y.data(), i * h, h);
      } else {
        Arrays.fill(y.data(), i * h, i * h + h, 0);
      }
    }
  }

  /** (ids, dy) -> dtable. */
  static void embeddingGrad(List<FloatTensor> in, FloatTensor table, Placement placement) {
    float[] dy = in.get(1).data();
    int h = table.lastDim();
    Arrays.fill(table.data(), 0);
    for (int i = 0; i < in.get(0).size(); i++) {
      int row = (int) in.get(0).data()[i] - placement.offset("v");
      if (row >= 0 && row < table.shape()[0]) {
        Rows.add(dy, i * h, table.data(), row * h, h);
      }
    }
  }
}
