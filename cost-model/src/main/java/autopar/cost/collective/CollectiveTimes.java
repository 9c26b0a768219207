package autopar.cost.collective;

import autopar.cluster.GroupShape;
import autopar.cluster.HostKind;
import autopar.cluster.Interconnect;
import autopar.cluster.Network;
import autopar.cluster.SoftwareProfile;

/**
 * Seconds of collectives over a group, hierarchical where it spans hosts.
 *
 * <p>Each level knows two protocols in the manner of NCCL's own model (src/graph/tuning.cc: base
 * latency, latency per step, bytes over bandwidth): a low-latency one at part of the bandwidth, and
 * a bandwidth one that starts later; the cheaper is taken. Between hosts, the adapters of a host
 * carry the ring's bytes once; all groups that leave the host at the same time share them, and a
 * group uses no more adapters than it has ranks there. Phases inside and between hosts are
 * pipelined: the slower decides.
 *
 * <p>Processes of one machine have no ring: each writes what it has into memory that all share and
 * takes out what it gets. Whatever the collective, a member copies about the whole tensor once, and
 * waits for each other member once. ({@code autopar profile} found all-reduces of 1 MiB no dearer
 * than gathers and scatters; as rings they would be twice as dear.)
 */
public final class CollectiveTimes {
  private final Interconnect inside;
  private final Network network;
  private final double efficiency;
  private final double hostBytesPerSecond;
  private final double nicBytesPerSecond;
  private final boolean throughMemory;

  public CollectiveTimes(HostKind host, SoftwareProfile software) {
    this.inside = host.interconnect();
    this.network = host.network();
    this.efficiency = software.collectiveEfficiency();
    this.hostBytesPerSecond = network.hostBytesPerSecond() * efficiency;
    this.nicBytesPerSecond = hostBytesPerSecond / network.nics();
    this.throughMemory = inside.kind() == Interconnect.Kind.SHARED_MEMORY;
  }

  /** All-reduce of {@code bytes}: a ring, or a tree where only two hosts take part. */
  public double allReduce(double bytes, GroupShape group) {
    int ranks = group.ranks();
    double ring = 2 * bytes * (ranks - 1) / ranks;
    double local = group.ranksOnBusiestHost();
    double outside = group.hosts() == 2 ? bytes : ring;
    double steps = throughMemory ? local - 1 : 2 * (local - 1);
    return seconds(within(bytes, ring), steps, outside, netSteps(group, true), group);
  }

  /** All-gather to, or reduce-scatter from, {@code bytes} per rank: a ring. */
  public double gatherOrScatter(double bytes, GroupShape group) {
    int ranks = group.ranks();
    double ring = bytes * (ranks - 1) / ranks;
    double steps = ranks - group.hosts();
    return seconds(within(bytes, ring), steps, ring, netSteps(group, false), group);
  }

  /** All-to-all of local buffers of {@code bytes}: every pair exchanges an equal part. */
  public double allToAll(double bytes, GroupShape group) {
    int ranks = group.ranks();
    int local = group.ranksOnBusiestHost();
    double within = within(bytes, bytes * (ranks - 1) / ranks);
    double leaving = bytes * local * (ranks - local) / ranks;
    return seconds(within, local - 1, leaving, group.hosts() - 1, group);
  }

  /** Bytes that a member moves inside its host, which are {@code ring} where links form one. */
  private double within(double bytes, double ring) {
    return throughMemory ? bytes : ring;
  }

  /** Broadcast of {@code bytes}: a pipelined chain. */
  public double broadcast(double bytes, GroupShape group) {
    return seconds(bytes, group.ranksOnBusiestHost() - 1, bytes, group.hosts() - 1, group);
  }

  /**
   * One device sends {@code bytes} to one other; {@code concurrentOnHost} such transfers leave the
   * host at the same time.
   */
  public double send(double bytes, boolean sameHost, int concurrentOnHost) {
    if (sameHost) {
      return inside.fastLatency() + bytes / (inside.sendBytesPerSecond() * efficiency);
    }
    double share = Math.min(nicBytesPerSecond, hostBytesPerSecond / Math.max(1, concurrentOnHost));
    return network.fastLatency() + bytes / share;
  }

  /** Steps between hosts: rings pass every host; reductions may climb a tree instead. */
  private static double netSteps(GroupShape group, boolean reduces) {
    int hosts = group.hosts();
    if (!reduces) {
      return hosts - 1;
    }
    return Math.min(2 * (hosts - 1), 2 * Math.ceil(Math.log(hosts) / Math.log(2)));
  }

  private double seconds(
      double insideBytes, double steps, double outsideBytes, double netSteps, GroupShape group) {
    double rate = ringBytesPerSecond(group.ranksOnBusiestHost());
    double fastInside = insideBytes / (rate * inside.fastFraction());
    double bulkInside = insideBytes / rate;
    double fast = inside.fastLatency() + steps * inside.fastHop();
    double bulk = inside.bulkLatency() + steps * inside.bulkHop();
    if (group.hosts() == 1) {
      return Math.min(fast + fastInside, bulk + bulkInside);
    }
    double share =
        Math.min(
            hostBytesPerSecond / group.groupsSharingNic(),
            nicBytesPerSecond * Math.min(network.nics(), group.ranksOnBusiestHost()));
    double fastOutside = outsideBytes / (share * network.fastFraction());
    double bulkOutside = outsideBytes / share;
    return Math.min(
        fast
            + network.fastLatency()
            + netSteps * network.fastHop()
            + Math.max(fastInside, fastOutside),
        bulk
            + network.bulkLatency()
            + netSteps * network.bulkHop()
            + Math.max(bulkInside, bulkOutside));
  }

  /** Bus bandwidth of a ring inside a host, interpolated between the sizes of the file. */
  private double ringBytesPerSecond(int ranks) {
    double pair = inside.pairBytesPerSecond();
    double quad = inside.quadBytesPerSecond();
    double full = inside.bytesPerSecond();
    double rate;
    if (ranks <= 2) {
      rate = pair;
    } else if (ranks <= 4) {
      rate = pair + (quad - pair) * (ranks - 2) / 2;
    } else if (ranks < 8) {
      rate = quad + (full - quad) * (ranks - 4) / 4;
    } else {
      rate = full;
    }
    return rate * efficiency;
  }
}
