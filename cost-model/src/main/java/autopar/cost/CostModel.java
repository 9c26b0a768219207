package autopar.cost;

import autopar.cluster.Cluster;
import autopar.cluster.Device;
import autopar.cluster.GroupShape;
import autopar.cluster.HostKinds;
import autopar.cluster.SoftwareProfile;
import autopar.cost.memory.MemoryModel;
import autopar.ir.op.Work;
import autopar.ir.type.Precision;
import autopar.training.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Prices on one cluster, under one software profile, in one precision: seconds and bytes as
 * doubles. More bytes or operations never cost less.
 *
 * <p>Devices that work together do the same at the same time on equal shards, and wait for each
 * other: on hosts of several kinds each kernel, collective and transfer takes as long as on the
 * kind that is slowest at it. {@link #on} gives the prices of the kinds that a set of devices is
 * on; all prices of a model that was not so restricted are those of every kind in use.
 */
public final class CostModel {
  private final Cluster cluster;
  private final SoftwareProfile software;
  private final Precision precision;
  private final Overlap overlap;

  /** By kind of host; null for those that no device in use is on. */
  private final HostPrices[] ofKind;

  private final HostKinds kinds;
  private final HostPrices[] prices;
  private final MemoryModel memory;

  public CostModel(Cluster cluster, SoftwareProfile software, Precision precision) {
    this(
        cluster,
        software,
        precision,
        Overlap.of(software),
        ofKinds(cluster, software, precision),
        cluster.kindsOf(0, cluster.devices()));
  }

  private CostModel(
      Cluster cluster,
      SoftwareProfile software,
      Precision precision,
      Overlap overlap,
      HostPrices[] ofKind,
      HostKinds kinds) {
    this.cluster = cluster;
    this.software = software;
    this.precision = precision;
    this.overlap = overlap;
    this.ofKind = ofKind;
    this.kinds = kinds;
    this.prices = new HostPrices[kinds.size()];
    List<Device> devices = new ArrayList<>();
    for (int kind = 0; kind < ofKind.length; kind++) {
      if (kinds.contains(kind)) {
        prices[devices.size()] = ofKind[kind];
        devices.add(cluster.kinds().get(kind).device());
      }
    }
    this.memory = new MemoryModel(devices, software);
  }

  private static HostPrices[] ofKinds(
      Cluster cluster, SoftwareProfile software, Precision precision) {
    HostPrices[] ofKind = new HostPrices[cluster.kinds().size()];
    HostKinds used = cluster.kindsOf(0, cluster.devices());
    for (int kind = 0; kind < ofKind.length; kind++) {
      if (used.contains(kind)) {
        ofKind[kind] = HostPrices.of(cluster.kinds().get(kind), software, precision);
      }
    }
    return ofKind;
  }

  /** The prices of devices on hosts of these kinds, which are in use. */
  public CostModel on(HostKinds some) {
    return some.mask() == kinds.mask()
        ? this
        : new CostModel(cluster, software, precision, overlap, ofKind, some);
  }

  /** Seconds of one kernel, launch included. */
  public double kernelSeconds(Work work) {
    return slowest(p -> p.kernels().seconds(work));
  }

  /** Seconds of the optimizer step over {@code parameterElements} local parameters. */
  public double updateSeconds(double parameterElements, Optimizer optimizer) {
    return slowest(p -> p.kernels().updateSeconds(parameterElements, optimizer));
  }

  /**
   * Seconds of an optimizer step in host memory: a device moves {@code movedBytes} over its link,
   * and the CPUs of a host stream {@code streamedBytes} for each of {@code sharing} devices.
   */
  public double hostUpdateSeconds(double movedBytes, double streamedBytes, int sharing) {
    return slowest(p -> p.hostUpdate(movedBytes, streamedBytes, sharing));
  }

  /** Seconds in which the gradients of so many local parameters join those of the step. */
  public double accumulateSeconds(double parameterElements) {
    return slowest(p -> p.kernels().accumulateSeconds(parameterElements));
  }

  /** Seconds of one collective over {@code bytes} of full tensor; zero in a group of one. */
  public double collectiveSeconds(Collective kind, double bytes, GroupShape group) {
    if (group.ranks() == 1 || bytes <= 0) {
      return 0;
    }
    return slowest(p -> p.collective(kind, bytes, group));
  }

  /**
   * Seconds of a collective over the gradients or parameters of many tensors, which the software
   * moves in buckets: start-up is paid for each bucket, in part for one that is not full.
   */
  public double bucketedSeconds(Collective kind, double bytes, GroupShape group) {
    if (group.ranks() == 1 || bytes <= 0) {
      return 0;
    }
    double bucket = software.bucketBytes();
    if (bytes <= bucket) {
      return collectiveSeconds(kind, bytes, group) + software.bucketSeconds();
    }
    double one = collectiveSeconds(kind, bucket, group) + software.bucketSeconds();
    return one * (bytes / bucket);
  }

  /**
   * Seconds in which one device sends {@code bytes} to one other, while {@code concurrentOnHost}
   * such transfers leave its host.
   */
  public double sendSeconds(double bytes, boolean sameHost, int concurrentOnHost) {
    return slowest(p -> p.collectives().send(bytes, sameHost, concurrentOnHost));
  }

  private double slowest(ToDoubleFunction<HostPrices> price) {
    double most = price.applyAsDouble(prices[0]);
    for (int i = 1; i < prices.length; i++) {
      most = Math.max(most, price.applyAsDouble(prices[i]));
    }
    return most;
  }

  public Cluster cluster() {
    return cluster;
  }

  public SoftwareProfile software() {
    return software;
  }

  public Precision precision() {
    return precision;
  }

  public MemoryModel memory() {
    return memory;
  }

  public Overlap overlap() {
    return overlap;
  }
}
