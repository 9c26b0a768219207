package autopar.runtime.rank;

import autopar.program.Box;
import autopar.runtime.kernel.FloatTensor;
import autopar.runtime.kernel.StridedLoops;

/**
 * The way of a block between two dense row-major tensors that both hold it, worked out once: rows
 * of elements that are neighbours in both, as long as they can be.
 */
final class BoxMove {

  private final StridedLoops loops;
  private final int fromStart;
  private final int toStart;

  private BoxMove(StridedLoops loops, int fromStart, int toStart) {
    this.loops = loops;
    this.fromStart = fromStart;
    this.toStart = toStart;
  }

  /**
   * The way of {@code box}.
   *
   * @param from the block of the whole tensor that the source holds
   * @param to that of the target; both hold {@code box}
   */
  static BoxMove of(Box box, Box from, Box to) {
    int[] fromStrides = FloatTensor.dense(from.shape());
    int[] toStrides = FloatTensor.dense(to.shape());
    return new BoxMove(
        StridedLoops.of(box.shape(), fromStrides, toStrides),
        box.isEmpty() ? 0 : start(box.relativeTo(from), fromStrides),
        box.isEmpty() ? 0 : start(box.relativeTo(to), toStrides));
  }

  private static int start(Box box, int[] strides) {
    int start = 0;
    for (int d = 0; d < strides.length; d++) {
      start += Math.toIntExact(box.ranges().get(d).from()) * strides[d];
    }
    return start;
  }

  /** Is the block {@code elements} neighbours, in the target from {@code start} on? */
  boolean writesRow(int start, int elements) {
    return loops.isRow() && neighbours() && loops.length() == elements && toStart == start;
  }

  /** Are elements of a row neighbours in both tensors? */
  private boolean neighbours() {
    return loops.length() <= 1 || loops.leftStride() == 1 && loops.rightStride() == 1;
  }

  /** Copies the block; source and target start at the offsets. */
  void copy(float[] from, int fromOffset, float[] to, int toOffset) {
    int length = loops.length();
    boolean neighbours = neighbours();
    loops.forEachRow((at, i, j) -> {
      int source = fromOffset + fromStart + i;
      int target = toOffset + toStart + j;
      if (neighbours) {
        System.arraycopy(from, source, to, target, length);
      } else {
        for (int e = 0; e < length; e++) {
          to[target + e * loops.rightStride()] = from[source + e * loops.leftStride()];
        }
      }
    });
  }
}
