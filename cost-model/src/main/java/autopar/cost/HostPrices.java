package autopar.cost;

import autopar.cluster.GroupShape;
import autopar.cluster.HostKind;
import autopar.cluster.HostMemory;
import autopar.cluster.SoftwareProfile;
import autopar.cost.collective.CollectiveTimes;
import autopar.cost.compute.KernelTimes;
import autopar.ir.type.Precision;

/** Prices on hosts of one kind. */
record HostPrices(KernelTimes kernels, CollectiveTimes collectives, HostMemory memory) {

  static HostPrices of(HostKind host, SoftwareProfile software, Precision precision) {
    return new HostPrices(
        new KernelTimes(host, software, precision),
        new CollectiveTimes(host, software),
        host.memory());
  }

  double collective(Collective kind, double bytes, GroupShape group) {
    return switch (kind) {
      case ALL_REDUCE -> collectives.allReduce(bytes, group);
      case ALL_GATHER, REDUCE_SCATTER -> collectives.gatherOrScatter(bytes, group);
      case ALL_TO_ALL -> collectives.allToAll(bytes, group);
      case BROADCAST -> collectives.broadcast(bytes, group);
    };
  }

  double hostUpdate(double movedBytes, double streamedBytes, int sharing) {
    return movedBytes / memory.linkBytesPerSecond()
        + sharing * streamedBytes / memory.updateBytesPerSecond();
  }
}
