package autopar.ir.type;

/**
 * The number of elements along one dimension: a constant, or a constant multiple of the batch.
 *
 * <p>The batch stays symbolic because micro-batching splits it: the same graph is priced at many
 * batch sizes. {@code count} is at least 1 and at most 2^62.
 */
public record Extent(long count, boolean batched) {

  public Extent {
    if (count < 1 || count > (1L << 62)) {
      throw new IllegalArgumentException("extent must be in [1, 2^62]: " + count);
    }
  }

  /** A dimension whose size does not depend on the batch. */
  public static Extent of(long count) {
    return new Extent(count, false);
  }

  /** A dimension of {@code count} elements per sample. */
  public static Extent batch(long count) {
    return new Extent(count, true);
  }

  /** Number of elements when {@code batch} samples are processed together. */
  public long at(long batch) {
    return batched ? Math.multiplyExact(count, batch) : count;
  }

  @Override
  public String toString() {
    return batched ? (count == 1 ? "batch" : count + "*batch") : Long.toString(count);
  }
}
