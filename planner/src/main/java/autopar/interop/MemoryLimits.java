package autopar.interop;

import autopar.cluster.Cluster;
import autopar.cluster.HostKinds;
import java.util.Collections;
import java.util.List;

/**
 * Bytes that a device may use, context and communicators included, by the kind of its host.
 *
 * @param ofKind in the order of {@link Cluster#kinds}
 */
public record MemoryLimits(List<Double> ofKind) {

  public MemoryLimits {
    ofKind = List.copyOf(ofKind);
  }

  /** What the devices of a cluster have. */
  public static MemoryLimits of(Cluster cluster) {
    return new MemoryLimits(
        cluster.kinds().stream().map(kind -> (double) kind.device().memoryBytes()).toList());
  }

  /** {@code bytes} on every device of a cluster. */
  public static MemoryLimits everywhere(Cluster cluster, double bytes) {
    return new MemoryLimits(Collections.nCopies(cluster.kinds().size(), bytes));
  }

  /** Bytes of each device of a kind. */
  public double of(int kind) {
    return ofKind.get(kind);
  }

  /** Bytes of the smallest device on hosts of these kinds, to which equal shards must keep. */
  public double on(HostKinds kinds) {
    double least = Double.POSITIVE_INFINITY;
    for (int kind = kinds.first(); kind < ofKind.size(); kind++) {
      least = kinds.contains(kind) ? Math.min(least, ofKind.get(kind)) : least;
    }
    return least;
  }
}
