package autopar.runtime.rank;

import autopar.program.Box;

/** Moves blocks between dense row-major tensors. */
final class BoxCopy {

  private BoxCopy() {}

  /**
   * Copies {@code box} from one tensor to another.
   *
   * @param fromBox the block of the whole tensor that {@code from} holds
   * @param toBox that of {@code to}; both hold {@code box}
   */
  static void copy(
      Box box, float[] from, int fromOffset, Box fromBox, float[] to, int toOffset, Box toBox) {
    if (box.isEmpty()) {
      return;
    }
    int rank = box.ranges().size();
    if (rank == 0) {
      to[toOffset] = from[fromOffset];
      return;
    }
    int[] length = box.shape();
    int[] fromShape = fromBox.shape();
    int[] toShape = toBox.shape();
    int[] fromStart = starts(box.relativeTo(fromBox));
    int[] toStart = starts(box.relativeTo(toBox));
    int[] at = new int[rank];
    int rows = 1;
    for (int d = 0; d < rank - 1; d++) {
      rows *= length[d];
    }
    for (int row = 0; row < rows; row++) {
      int i = 0;
      int j = 0;
      for (int d = 0; d < rank; d++) {
        i = i * fromShape[d] + fromStart[d] + at[d];
        j = j * toShape[d] + toStart[d] + at[d];
      }
      System.arraycopy(from, fromOffset + i, to, toOffset + j, length[rank - 1]);
      for (int d = rank - 2; d >= 0 && ++at[d] == length[d]; d--) {
        at[d] = 0;
      }
    }
  }

  private static int[] starts(Box box) {
    return box.ranges().stream().mapToInt(r -> Math.toIntExact(r.from())).toArray();
  }
}
