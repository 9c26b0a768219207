package autopar.samples;

import autopar.cluster.Cluster;
import autopar.cluster.Clusters;
import autopar.cluster.HostGroup;
import autopar.cluster.HostKind;
import java.nio.file.Path;
import java.util.List;

/** Clusters for tests. */
public final class SampleClusters {

  private static final Path HOME = Path.of(System.getProperty("autopar.home"));

  private SampleClusters() {}

  /** A shipped cluster, cut or extended to {@code devices}. */
  public static Cluster shipped(String name, int devices) {
    return Clusters.named(HOME, name).withDevices(devices);
  }

  /**
   * Hosts of several kinds: {@code kinds} are shipped clusters, and each group has hosts of one of
   * them by its place among them.
   */
  public static Cluster mixed(List<String> kinds, List<HostGroup> groups) {
    Cluster first = Clusters.named(HOME, kinds.getFirst());
    List<HostKind> hosts =
        kinds.stream().map(name -> Clusters.named(HOME, name).kinds().getFirst()).toList();
    int devices = groups.stream().mapToInt(HostGroup::devices).sum();
    return new Cluster(
        "mixed", first.about(), first.software(), devices, hosts, groups, first.numbers());
  }

  /** Hosts of so many devices each. */
  public static Cluster hostsOf(int devicesPerHost, int devices) {
    return Clusters.named(HOME, "a800").withHosts(devicesPerHost).withDevices(devices);
  }
}
