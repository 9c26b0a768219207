package autopar.cluster;

/**
 * Hosts in a row that are alike.
 *
 * @param kind their kind, a place in {@link Cluster#kinds}
 */
public record HostGroup(int kind, int hosts, int devicesPerHost) {

  public HostGroup {
    if (kind < 0 || hosts < 1 || devicesPerHost < 1) {
      throw new IllegalArgumentException(
          "no such hosts: " + hosts + " x " + devicesPerHost + " of kind " + kind);
    }
  }

  /** Devices of all hosts. */
  public int devices() {
    return Math.multiplyExact(hosts, devicesPerHost);
  }

  boolean isLike(HostGroup other) {
    return kind == other.kind && devicesPerHost == other.devicesPerHost;
  }
}
