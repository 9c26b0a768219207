package autopar.cluster;

/**
 * How hosts reach each other.
 *
 * @param nics adapters of one host
 * @param nicBytesPerSecond line rate of one adapter, one direction
 * @param efficiency part of the line rate that collectives reach
 * @param fastFraction part of that bandwidth that the low-latency protocol reaches
 * @param fastLatency its start-up seconds
 * @param fastHop its seconds a step between hosts
 * @param bulkLatency start-up seconds of the bandwidth protocol
 * @param bulkHop its seconds a step between hosts
 */
public record Network(
    int nics,
    double nicBytesPerSecond,
    double efficiency,
    double fastFraction,
    double fastLatency,
    double fastHop,
    double bulkLatency,
    double bulkHop) {

  /** Bytes per second that all adapters of a host carry one way in a collective. */
  public double hostBytesPerSecond() {
    return nics * nicBytesPerSecond * efficiency;
  }

  /** The same network with {@code count} adapters of so many bytes per second a host. */
  public Network withAdapters(int count, double bytesPerSecond) {
    return new Network(
        count,
        bytesPerSecond,
        efficiency,
        fastFraction,
        fastLatency,
        fastHop,
        bulkLatency,
        bulkHop);
  }
}
