package autopar.cluster;

/**
 * The memory of a host and the way to it.
 *
 * @param bytes memory of one host that offloading may use
 * @param linkBytesPerSecond one device to host memory, one direction, pinned
 * @param updateBytesPerSecond memory traffic of optimizer steps on the CPUs of one host
 */
public record HostMemory(long bytes, double linkBytesPerSecond, double updateBytesPerSecond) {}
