package autopar.cluster;

import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Equal hosts of equal devices. Rank r is device {@code r mod devicesPerHost} of host {@code r div
 * devicesPerHost}; {@code devices} fills hosts in order, the last one possibly in part.
 *
 * @param software the software profile that prices use unless another is asked for
 * @param cores the cores that the devices of a host share, where devices are processes on them
 * @param numbers every number of the file by its path ({@code device.memory}), with provenance
 */
public record Cluster(
    String name,
    String about,
    String software,
    int devices,
    int devicesPerHost,
    Device device,
    Interconnect interconnect,
    Network network,
    HostMemory hostMemory,
    Optional<HostCores> cores,
    SortedMap<String, Quantity> numbers) {

  public Cluster {
    Objects.requireNonNull(name);
    Objects.requireNonNull(about);
    Objects.requireNonNull(software);
    if (devices < 1 || devicesPerHost < 1) {
      throw new IllegalArgumentException("a cluster has at least one device");
    }
    numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
  }

  /** The first {@code count} devices of this cluster; {@code count} is at most {@link #devices}. */
  public Cluster truncatedTo(int count) {
    if (count > devices) {
      throw new IllegalArgumentException(name + " has " + devices + " devices, not " + count);
    }
    return withDevices(count);
  }

  /** The same hosts, as many as {@code count} devices need. */
  public Cluster withDevices(int count) {
    return with(count, devicesPerHost, device, network);
  }

  /** The same devices, so many to a host. */
  public Cluster withHosts(int devicesOfEach) {
    return with(devices, devicesOfEach, device, network);
  }

  /** The same hosts on another network. */
  public Cluster withNetwork(Network other) {
    return with(devices, devicesPerHost, device, other);
  }

  /** The same cluster, its devices with {@code bytes} of memory. */
  public Cluster withMemory(long bytes) {
    return with(devices, devicesPerHost, device.withMemory(bytes), network);
  }

  /** The same cluster of other devices. */
  public Cluster withDevice(Device other) {
    return with(devices, devicesPerHost, other, network);
  }

  private Cluster with(int count, int ofEach, Device otherDevice, Network otherNetwork) {
    return new Cluster(
        name,
        about,
        software,
        count,
        ofEach,
        otherDevice,
        interconnect,
        otherNetwork,
        hostMemory,
        cores,
        numbers);
  }

  /** The same devices seen as smaller hosts of {@code count} each (columns of hosts). */
  public Cluster withDevicesPerHost(int count) {
    return with(devices, count, device, network);
  }

  /** Hosts in use, the last one possibly in part. */
  public int hosts() {
    return (devices + devicesPerHost - 1) / devicesPerHost;
  }

  /** The host of a device. */
  public int hostOf(int deviceIndex) {
    return deviceIndex / devicesPerHost;
  }

  /** Bytes that one device has before the context; the plan's usable memory. */
  public long usableBytes() {
    return device.memoryBytes();
  }
}
