package autopar.text;

import autopar.ir.type.Extent;

/**
 * The value of a dim expression: {@code count}, times the batch if {@code batched}. Intermediate
 * sizes may be zero or negative; a dimension may not.
 */
record Size(long count, boolean batched) {

  /** Sizes end here, so that sums and products of a few of them can be checked in a long. */
  static final long MAX = 1L << 62;

  static Size of(long count) {
    return new Size(count, false);
  }

  Extent extent() {
    return new Extent(count, batched);
  }

  @Override
  public String toString() {
    return batched ? count + "*batch" : Long.toString(count);
  }
}
