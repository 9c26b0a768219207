package autopar.report;

/**
 * A slice of the step, in seconds from its start; {@code chunk} and {@code microBatch} are -1 where
 * it belongs to no pass.
 */
public record Slice(SliceKind kind, int chunk, int microBatch, double start, double end) {

  /** A slice of no pass. */
  static Slice of(SliceKind kind, double start, double end) {
    return new Slice(kind, -1, -1, start, end);
  }

  double seconds() {
    return end - start;
  }
}
