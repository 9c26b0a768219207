package autopar.plan;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The cluster that was planned for, cut to the devices asked for: ranks count the devices of its
 * hosts in order, the last host possibly in part.
 *
 * <p>{@code memoryBytesPerDevice} is what the device has and {@code usableBytesPerDevice} what a
 * stage's total may reach; {@code peakFlopsPerDevice} are the dense operations per second of the
 * workload's precision. Where hosts differ, these and {@code devicesPerHost} are the most of any
 * device or host, {@code peakFlopsPerDevice} is the mean over devices, and {@code groups} tells of
 * each host; where they are alike it has one entry that says the same.
 */
public record PlanCluster(
    String name,
    String device,
    int hosts,
    int devicesPerHost,
    long memoryBytesPerDevice,
    long usableBytesPerDevice,
    double peakFlopsPerDevice,
    List<PlanHosts> groups) {

  public PlanCluster {
    groups = List.copyOf(groups);
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("a cluster has hosts");
    }
  }

  /** A cluster of equal hosts. */
  public PlanCluster(
      String name,
      String device,
      int hosts,
      int devicesPerHost,
      long memoryBytesPerDevice,
      long usableBytesPerDevice,
      double peakFlopsPerDevice) {
    this(
        name,
        device,
        hosts,
        devicesPerHost,
        memoryBytesPerDevice,
        usableBytesPerDevice,
        peakFlopsPerDevice,
        List.of(
            new PlanHosts(
                hosts,
                devicesPerHost,
                device,
                memoryBytesPerDevice,
                usableBytesPerDevice,
                peakFlopsPerDevice)));
  }

  /** The host of a rank, counted from 0. */
  public int hostOf(int rank) {
    long first = 0;
    int host = 0;
    for (PlanHosts group : groups) {
      if (rank < first + group.devices()) {
        return host + (int) ((rank - first) / group.devicesPerHost());
      }
      first += group.devices();
      host += group.hosts();
    }
    throw new IllegalArgumentException(name + " has no rank " + rank);
  }

  /** The hosts that a rank's host is alike to. */
  public PlanHosts groupOf(int rank) {
    long first = 0;
    for (PlanHosts group : groups) {
      first += group.devices();
      if (rank < first) {
        return group;
      }
    }
    throw new IllegalArgumentException(name + " has no rank " + rank);
  }

  /** Bytes that the total of a stage on these ranks may reach: those of the smallest device. */
  public long usableBytes(List<Integer> ranks) {
    long least = Long.MAX_VALUE;
    for (int rank : ranks) {
      PlanHosts group = groupOf(rank);
      least = Math.min(least, Math.min(group.usableBytesPerDevice(), group.memoryBytesPerDevice()));
    }
    return least;
  }

  /** Hosts times devices: {@code 3 x 8}, or {@code 2 x 8 + 1 x 4}. */
  public String shape() {
    return groups.stream()
        .map(group -> group.hosts() + " x " + group.devicesPerHost())
        .collect(Collectors.joining(" + "));
  }
}
