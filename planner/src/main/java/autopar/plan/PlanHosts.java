package autopar.plan;

/**
 * Hosts in a row that are alike, of the cluster that was planned for.
 *
 * <p>{@code memoryBytesPerDevice} is what the device has and {@code usableBytesPerDevice} what the
 * total of a stage on it may reach; {@code peakFlopsPerDevice} are the dense operations per second
 * of the workload's precision.
 */
public record PlanHosts(
    int hosts,
    int devicesPerHost,
    String device,
    long memoryBytesPerDevice,
    long usableBytesPerDevice,
    double peakFlopsPerDevice) {

  /** Devices of all hosts. */
  public long devices() {
    return (long) hosts * devicesPerHost;
  }
}
