package autopar.cluster;

/**
 * A set of kinds of hosts of one cluster, by their places in {@link Cluster#kinds}.
 *
 * @param mask bit k is kind k
 */
public record HostKinds(long mask) {
  /** Most kinds of hosts of a cluster. */
  public static final int MOST = Long.SIZE;

  public HostKinds {
    if (mask == 0) {
      throw new IllegalArgumentException("devices are of some kind");
    }
  }

  /** The set of one kind. */
  public static HostKinds of(int kind) {
    return new HostKinds(1L << kind);
  }

  /** The kinds of either. */
  public HostKinds and(HostKinds other) {
    return other.mask == mask ? this : new HostKinds(mask | other.mask);
  }

  public boolean contains(int kind) {
    return (mask >> kind & 1) == 1;
  }

  public int size() {
    return Long.bitCount(mask);
  }

  /** The first of them. */
  public int first() {
    return Long.numberOfTrailingZeros(mask);
  }
}
