package autopar.runtime.checkpoint;

/**
 * The way of a box from one row-major array into another: runs of elements that are neighbours in
 * both, in the order of the source.
 */
final class BoxRuns {

  private final Box part;
  private final long[] sourceStrides;
  private final long[] targetStrides;
  private final long sourceEnd;
  private final int outerDimensions;
  private final long length;
  private final long[] index;
  private long source;
  private long target;
  private boolean started;

  /** Both {@code from} and {@code to} hold all of {@code part}, in indices of the same tensor. */
  BoxRuns(Box part, Box from, Box to) {
    this.part = part;
    sourceStrides = strides(from);
    targetStrides = strides(to);
    int outer = part.rank();
    long run = 1;
    boolean joined = true;
    while (outer > 0 && joined) {
      outer--;
      long extent = part.length().get(outer);
      run *= extent;
      // Neighbouring rows touch only where they are whole in both arrays.
      joined = extent == from.length().get(outer) && extent == to.length().get(outer);
    }
    outerDimensions = outer;
    length = run;
    index = new long[outer];
    long last = 0;
    for (int d = 0; d < part.rank(); d++) {
      source += (part.offset().get(d) - from.offset().get(d)) * sourceStrides[d];
      target += (part.offset().get(d) - to.offset().get(d)) * targetStrides[d];
      last += (part.length().get(d) - 1) * sourceStrides[d];
    }
    sourceEnd = part.isEmpty() ? 0 : source + last + 1;
  }

  /** Moves to the next run, the first at first; false when there is none. */
  boolean next() {
    if (!started) {
      started = true;
      return !part.isEmpty();
    }
    for (int d = outerDimensions - 1; d >= 0; d--) {
      source += sourceStrides[d];
      target += targetStrides[d];
      if (++index[d] < part.length().get(d)) {
        return true;
      }
      source -= index[d] * sourceStrides[d];
      target -= index[d] * targetStrides[d];
      index[d] = 0;
    }
    return false;
  }

  /** Position in the source of the run's first element. */
  long source() {
    return source;
  }

  /** Position in the target of the run's first element. */
  int target() {
    return Math.toIntExact(target);
  }

  /** Elements of each run. */
  int length() {
    return Math.toIntExact(length);
  }

  /** Position in the source after the last element of the last run. */
  long sourceEnd() {
    return sourceEnd;
  }

  private static long[] strides(Box box) {
    long[] strides = new long[box.rank()];
    long step = 1;
    for (int d = box.rank() - 1; d >= 0; d--) {
      strides[d] = step;
      step *= box.length().get(d);
    }
    return strides;
  }
}
