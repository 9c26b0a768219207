package autopar.explain;

import autopar.cluster.Cluster;
import autopar.cluster.Device;
import autopar.cluster.Network;
import autopar.planner.PlanRequest;
import java.util.Optional;

/** A changed circumstance of a request. */
enum Circumstance {
  NICS("nics_twice_as_fast", "NICs twice as fast"),
  LESS_MEMORY("memory_10_percent_smaller", "memory 10 % smaller"),
  MORE_MEMORY("memory_10_percent_larger", "memory 10 % larger"),
  DOUBLE_BATCH("global_batch_doubled", "global batch doubled"),
  HALF_BATCH("global_batch_halved", "global batch halved"),
  FASTER_DEVICE("device_10_percent_faster", "device 10 % faster (arithmetic, memory)");

  private final String key;
  private final String words;

  Circumstance(String key, String words) {
    this.key = key;
    this.words = words;
  }

  String key() {
    return key;
  }

  String words() {
    return words;
  }

  /** The request under this circumstance; empty where it cannot be or changes nothing. */
  Optional<PlanRequest> of(PlanRequest request) {
    Cluster cluster = request.cluster();
    return switch (this) {
      case NICS ->
          cluster.hosts() == 1
              ? Optional.empty()
              : Optional.of(
                  request.withCluster(
                      cluster.withKinds(kind -> kind.withNetwork(faster(kind.network())))));
      case LESS_MEMORY -> Optional.of(memory(request, 9));
      case MORE_MEMORY -> Optional.of(memory(request, 11));
      case DOUBLE_BATCH -> Optional.of(request.withGlobalBatch(2 * request.globalBatch()));
      case HALF_BATCH ->
          request.globalBatch() % 2 != 0
              ? Optional.empty()
              : Optional.of(request.withGlobalBatch(request.globalBatch() / 2));
      case FASTER_DEVICE ->
          Optional.of(
              request.withCluster(
                  cluster.withKinds(kind -> kind.withDevice(kind.device().fasterBy(1.1)))));
    };
  }

  private static Network faster(Network network) {
    return network.withAdapters(network.nics(), 2 * network.nicBytesPerSecond());
  }

  private static PlanRequest memory(PlanRequest request, int tenths) {
    return request.withCluster(
        request
            .cluster()
            .withKinds(kind -> {
              Device device = kind.device();
              return kind.withDevice(device.withMemory(device.memoryBytes() / 10 * tenths));
            }));
  }
}
