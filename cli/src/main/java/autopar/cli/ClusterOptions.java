package autopar.cli;

import autopar.cluster.Cluster;
import autopar.cluster.Clusters;
import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import picocli.CommandLine.Option;

/** The devices that a verb plans for. */
final class ClusterOptions {
  @Option(
      names = "--devices",
      required = true,
      paramLabel = "N",
      description =
          "How many devices: the first of the cluster, host after host, the last one possibly in"
              + " part.")
  private int devices;

  @Option(
      names = "--cluster",
      paramLabel = "NAME|FILE",
      defaultValue = Clusters.DEFAULT,
      description =
          "A cluster by name (see autopar clusters) or a .json file; its hosts may differ. Default:"
              + " a800")
  private String cluster;

  SourceFile text() {
    return Clusters.source(Home.path(), cluster);
  }

  /** The first devices of {@code whole}, as many as asked for. */
  Cluster cut(Cluster whole) {
    return cut(whole, devices);
  }

  /** The first {@code devices} devices of {@code whole}. */
  static Cluster cut(Cluster whole, int devices) {
    if (devices < 1 || devices > whole.devices()) {
      throw new InvalidInput(
          Diagnostic.error(
              "AP0803",
              SourceSpan.NONE,
              "--devices "
                  + devices
                  + ": the cluster '"
                  + whole.name()
                  + "' has 1 to "
                  + whole.devices()
                  + " devices"));
    }
    return whole.truncatedTo(devices);
  }
}
