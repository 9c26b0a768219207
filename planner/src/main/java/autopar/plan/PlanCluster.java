package autopar.plan;

/**
 * The cluster that was planned for, cut to the devices asked for.
 *
 * <p>{@code memoryBytesPerDevice} is what the device has and {@code usableBytesPerDevice} what a
 * stage's total may reach; {@code peakFlopsPerDevice} are the dense operations per second of the
 * workload's precision.
 */
public record PlanCluster(
    String name,
    String device,
    int hosts,
    int devicesPerHost,
    long memoryBytesPerDevice,
    long usableBytesPerDevice,
    double peakFlopsPerDevice) {}
