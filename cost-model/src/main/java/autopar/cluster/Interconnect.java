package autopar.cluster;

import java.util.Objects;

/**
 * How the devices of one host reach each other. Bandwidths are bus bandwidths in the sense of
 * nccl-tests: bytes that leave a rank per second in a ring.
 *
 * @param pairBytesPerSecond ring of two ranks
 * @param quadBytesPerSecond ring of four ranks
 * @param bytesPerSecond ring of eight ranks and more
 * @param fastFraction part of the bandwidth that the low-latency protocol reaches
 * @param fastLatency its start-up seconds
 * @param fastHop its seconds a step
 * @param bulkLatency start-up seconds of the bandwidth protocol
 * @param bulkHop its seconds a step
 * @param sendBytesPerSecond one device to one other
 */
public record Interconnect(
    Kind kind,
    double pairBytesPerSecond,
    double quadBytesPerSecond,
    double bytesPerSecond,
    double fastFraction,
    double fastLatency,
    double fastHop,
    double bulkLatency,
    double bulkHop,
    double sendBytesPerSecond) {

  /** The kind of links inside a host. */
  public enum Kind {
    NVSWITCH("nvswitch"),
    NVLINK_MESH("nvlink-mesh"),
    PCIE("pcie"),
    /** Devices are processes of one machine. */
    SHARED_MEMORY("shared-memory");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    /** The word in a cluster file. */
    public String text() {
      return text;
    }
  }

  public Interconnect {
    Objects.requireNonNull(kind);
  }
}
