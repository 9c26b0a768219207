package autopar.samples;

import autopar.cluster.Cluster;
import autopar.cluster.Clusters;
import java.nio.file.Path;

/** Clusters for tests. */
public final class SampleClusters {

  private static final Path HOME = Path.of(System.getProperty("autopar.home"));

  private SampleClusters() {}

  /** A shipped cluster, cut or extended to {@code devices}. */
  public static Cluster shipped(String name, int devices) {
    return Clusters.named(HOME, name).withDevices(devices);
  }

  /** Hosts of so many devices each. */
  public static Cluster hostsOf(int devicesPerHost, int devices) {
    return Clusters.named(HOME, "a800").withHosts(devicesPerHost).withDevices(devices);
  }
}
