package autopar.cost;

import autopar.cluster.Cluster;
import autopar.cluster.GroupShape;
import autopar.cluster.SoftwareProfile;
import autopar.cost.collective.CollectiveTimes;
import autopar.cost.compute.KernelTimes;
import autopar.cost.memory.MemoryModel;
import autopar.ir.op.Work;
import autopar.ir.type.Precision;
import autopar.training.Optimizer;

/**
 * Prices on one cluster, under one software profile, in one precision: seconds and bytes as
 * doubles. More bytes or operations never cost less.
 */
public final class CostModel {
  private final Cluster cluster;
  private final SoftwareProfile software;
  private final Precision precision;
  private final KernelTimes kernels;
  private final CollectiveTimes collectives;
  private final MemoryModel memory;
  private final Overlap overlap;

  public CostModel(Cluster cluster, SoftwareProfile software, Precision precision) {
    this.cluster = cluster;
    this.software = software;
    this.precision = precision;
    this.kernels = new KernelTimes(cluster, software, precision);
    this.collectives = new CollectiveTimes(cluster, software);
    this.memory = new MemoryModel(cluster.device(), software);
    this.overlap = Overlap.of(software);
  }

  /** Seconds of one kernel, launch included. */
  public double kernelSeconds(Work work) {
    return kernels.seconds(work);
  }

  /** Seconds of the optimizer step over {@code parameterElements} local parameters. */
  public double updateSeconds(double parameterElements, Optimizer optimizer) {
    return kernels.updateSeconds(parameterElements, optimizer);
  }

  /** Seconds in which the gradients of so many local parameters join those of the step. */
  public double accumulateSeconds(double parameterElements) {
    return kernels.accumulateSeconds(parameterElements);
  }

  /** Seconds of one collective over {@code bytes} of full tensor; zero in a group of one. */
  public double collectiveSeconds(Collective kind, double bytes, GroupShape group) {
    if (group.ranks() == 1 || bytes <= 0) {
      return 0;
    }
    return switch (kind) {
      case ALL_REDUCE -> collectives.allReduce(bytes, group);
      case ALL_GATHER, REDUCE_SCATTER -> collectives.gatherOrScatter(bytes, group);
      case ALL_TO_ALL -> collectives.allToAll(bytes, group);
      case BROADCAST -> collectives.broadcast(bytes, group);
    };
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
    return collectives.send(bytes, sameHost, concurrentOnHost);
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
