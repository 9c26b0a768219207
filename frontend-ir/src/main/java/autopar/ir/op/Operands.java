package autopar.ir.op;

import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;

/** Checks that several ops make of their operands. */
final class Operands {

  private Operands() {}

  static Shapes wrongCount(String name, int wanted, int given) {
    return Shapes.mismatch(
        -1, "%s takes %d operand%s, not %d".formatted(name, wanted, wanted == 1 ? "" : "s", given));
  }

  static boolean isOne(Extent extent) {
    return !extent.batched() && extent.count() == 1;
  }

  /** Extent of dimension {@code d} of {@code type} seen with {@code rank} dimensions. */
  static Extent alignedExtent(TensorType type, int d, int rank) {
    int own = d - (rank - type.rank());
    return own < 0 ? Extent.of(1) : type.shape().get(own);
  }

  /** The last dimension of a tensor with at least one. */
  static Extent last(TensorType type) {
    return type.shape().get(type.rank() - 1);
  }

  /** True when {@code narrow} broadcasts to {@code wide} aligned at the last dimensions. */
  static boolean broadcastsTo(TensorType narrow, TensorType wide) {
    if (narrow.rank() > wide.rank()) {
      return false;
    }
    for (int d = 0; d < wide.rank(); d++) {
      Extent extent = alignedExtent(narrow, d, wide.rank());
      if (!isOne(extent) && !extent.equals(wide.shape().get(d))) {
        return false;
      }
    }
    return true;
  }
}
