package autopar.validation;

import autopar.cluster.Cluster;
import autopar.cluster.Clusters;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The cluster of a published run: a shipped file, with the run's hosts and adapters. */
final class RunCluster {
  /** What a GPU's name contains, most telling first, and the cluster file that describes it. */
  private static final List<List<String>> FILES =
      List.of(
          List.of("a800-pcie", "a800-pcie"),
          List.of("a800", "a800"),
          List.of("a100-40", "a100-40g"),
          List.of("a100-sxm4-40", "a100-40g"),
          List.of("a100", "a100-80g"),
          List.of("h200", "h200"),
          List.of("h800", "h100"),
          List.of("h100", "h100"),
          List.of("v100-16", "v100-16g"),
          List.of("v100", "v100-32g"));

  private static final String BIG_SCIENCE = "jean-zay";

  /** Hosts with at most this much network in all have four adapters, others eight. */
  private static final double FOUR_ADAPTERS_GIGABITS = 800;

  private static final double GIGABIT = 1e9 / 8;

  private RunCluster() {}

  static Cluster of(RunSpec spec, Path home) {
    String gpu = spec.gpu().toLowerCase(Locale.ROOT);
    if (!spec.clusterState().isEmpty()) {
      // Only the BigScience rows tell states of their cluster apart.
      return Clusters.named(home, BIG_SCIENCE).withDevices(spec.devices());
    }
    String file =
        FILES.stream()
            .filter(known -> gpu.contains(known.getFirst()))
            .map(List::getLast)
            .findFirst()
            .orElse(Clusters.DEFAULT);
    Cluster cluster = Clusters.named(home, file);
    if (spec.nicGigabits().isPresent()) {
      double gigabits = spec.nicGigabits().getAsDouble();
      int adapters = gigabits <= 100 ? 1 : gigabits <= FOUR_ADAPTERS_GIGABITS ? 4 : 8;
      cluster =
          cluster.withKinds(kind ->
              kind.withNetwork(
                  kind.network().withAdapters(adapters, gigabits * GIGABIT / adapters)));
    }
    return cluster.withHosts(spec.devicesPerHost()).withDevices(spec.devices());
  }
}
