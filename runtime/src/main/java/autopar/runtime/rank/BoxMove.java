package autopar.runtime.rank;

import autopar.program.Box;
import java.util.Arrays;

/**
 * The way of a block between two dense row-major tensors that both hold it, worked out once: rows
 * of elements that are neighbours in both, as long as they can be.
 */
final class BoxMove {

  /** Outer dimensions, of more than one row. */
  private final int[] counts;

  private final int[] fromSteps;
  private final int[] toSteps;
  private final int fromStart;
  private final int toStart;

  /** Elements of a row; 0 for an empty block. */
  private final int length;

  private BoxMove(
      int[] counts, int[] fromSteps, int[] toSteps, int fromStart, int toStart, int length) {
    this.counts = counts;
    this.fromSteps = fromSteps;
    this.toSteps = toSteps;
    this.fromStart = fromStart;
    this.toStart = toStart;
    this.length = length;
  }

  /**
   * The way of {@code box}.
   *
   * @param from the block of the whole tensor that the source holds
   * @param to that of the target; both hold {@code box}
   */
  static BoxMove of(Box box, Box from, Box to) {
    int rank = box.ranges().size();
    if (box.isEmpty()) {
      return new BoxMove(new int[0], new int[0], new int[0], 0, 0, 0);
    }
    int[] extents = box.shape();
    int[] fromStrides = strides(from);
    int[] toStrides = strides(to);
    int[] counts = new int[rank];
    int[] fromSteps = new int[rank];
    int[] toSteps = new int[rank];
    int outermost = rank;
    int length = 1;
    for (int d = rank - 1; d >= 0; d--) {
      if (extents[d] == 1) {
        continue;
      }
      int a = fromStrides[d];
      int b = toStrides[d];
      if (outermost == rank && a == length && b == length) {
        length *= extents[d];
      } else if (outermost < rank
          && continues(counts, fromSteps, outermost, a)
          && continues(counts, toSteps, outermost, b)) {
        counts[outermost] *= extents[d];
      } else {
        outermost--;
        counts[outermost] = extents[d];
        fromSteps[outermost] = a;
        toSteps[outermost] = b;
      }
    }
    return new BoxMove(
        Arrays.copyOfRange(counts, outermost, rank),
        Arrays.copyOfRange(fromSteps, outermost, rank),
        Arrays.copyOfRange(toSteps, outermost, rank),
        start(box.relativeTo(from), fromStrides),
        start(box.relativeTo(to), toStrides),
        length);
  }

  private static boolean continues(int[] counts, int[] steps, int outermost, int stride) {
    return stride == counts[outermost] * steps[outermost];
  }

  private static int[] strides(Box box) {
    int[] shape = box.shape();
    int[] strides = new int[shape.length];
    int step = 1;
    for (int d = shape.length - 1; d >= 0; d--) {
      strides[d] = step;
      step *= shape[d];
    }
    return strides;
  }

  private static int start(Box box, int[] strides) {
    int start = 0;
    for (int d = 0; d < strides.length; d++) {
      start += Math.toIntExact(box.ranges().get(d).from()) * strides[d];
    }
    return start;
  }

  /** Is the block {@code elements} neighbours from {@code start} on, in the source? */
  boolean readsRow(int start, int elements) {
    return counts.length == 0 && length == elements && fromStart == start;
  }

  /** Is the block {@code elements} neighbours from {@code start} on, in the target? */
  boolean writesRow(int start, int elements) {
    return counts.length == 0 && length == elements && toStart == start;
  }

  /** Copies the block; source and target start at the offsets. */
  void copy(float[] from, int fromOffset, float[] to, int toOffset) {
    int i = fromOffset + fromStart;
    int j = toOffset + toStart;
    int[] at = new int[counts.length];
    while (true) {
      System.arraycopy(from, i, to, j, length);
      int d = counts.length - 1;
      while (d >= 0) {
        i += fromSteps[d];
        j += toSteps[d];
        if (++at[d] < counts[d]) {
          break;
        }
        i -= at[d] * fromSteps[d];
        j -= at[d] * toSteps[d];
        at[d] = 0;
        d--;
      }
      if (d < 0) {
        return;
      }
    }
  }
}
