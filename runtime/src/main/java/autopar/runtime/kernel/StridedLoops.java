package autopar.runtime.kernel;

import java.util.Arrays;

/**
 * The loops over a dense row-major result of which two operands are read at strides of their own.
 * Dimensions of one element are dropped, and neighbours that all three read as one are merged, so
 * that rows along the innermost dimension are as long as they can be.
 */
public final class StridedLoops {

  /** What happens to one row, given where it starts in the result and in the operands. */
  @FunctionalInterface
  public interface Row {
    void run(int result, int left, int right);
  }

  /** Extents of the merged dimensions; at least one. */
  final int[] extents;

  final int[] left;
  final int[] right;

  private StridedLoops(int[] extents, int[] left, int[] right) {
    this.extents = extents;
    this.left = left;
    this.right = right;
  }

  /** Loops over a result of {@code shape}; operands have strides per dimension of it. */
  public static StridedLoops of(int[] shape, int[] left, int[] right) {
    int n = shape.length;
    int[] extents = new int[n + 1];
    int[] a = new int[n + 1];
    int[] b = new int[n + 1];
    int from = n + 1;
    for (int d = n - 1; d >= 0; d--) {
      if (shape[d] == 1) {
        continue;
      }
      boolean merges =
          from <= n && left[d] == a[from] * extents[from] && right[d] == b[from] * extents[from];
      if (merges) {
        extents[from] *= shape[d];
      } else {
        from--;
        extents[from] = shape[d];
        a[from] = left[d];
        b[from] = right[d];
      }
    }
    if (from > n) {
      from = n;
      extents[n] = 1;
    }
    return new StridedLoops(
        Arrays.copyOfRange(extents, from, n + 1),
        Arrays.copyOfRange(a, from, n + 1),
        Arrays.copyOfRange(b, from, n + 1));
  }

  /** Loops over one operand. */
  static StridedLoops of(int[] shape, int[] strides) {
    return of(shape, strides, strides);
  }

  /** Elements of a row. */
  public int length() {
    return extents[extents.length - 1];
  }

  /** Elements between neighbours of a row in the left operand; 0 in a row of one. */
  public int leftStride() {
    return left[left.length - 1];
  }

  /** The same in the right operand. */
  public int rightStride() {
    return right[right.length - 1];
  }

  /** Whether there is one row only. */
  public boolean isRow() {
    return extents.length == 1;
  }

  /** Visits every row in the order of the result. */
  public void forEachRow(Row row) {
    int n = length();
    if (n > 0) {
      int outer = extents.length - 1;
      walk(Arrays.copyOf(extents, outer), left, right, (r, a, b) -> row.run(r * n, a, b));
    }
  }

  /** Visits every index of {@code extents}, row-major, with its number and two positions. */
  static void walk(int[] extents, int[] left, int[] right, Row row) {
    int count = FloatTensor.elements(extents);
    int[] index = new int[extents.length];
    int a = 0;
    int b = 0;
    for (int r = 0; r < count; r++) {
      row.run(r, a, b);
      for (int d = extents.length - 1; d >= 0; d--) {
        a += left[d];
        b += right[d];
        if (++index[d] < extents[d]) {
          break;
        }
        index[d] = 0;
        a -= left[d] * extents[d];
        b -= right[d] * extents[d];
      }
    }
  }
}
