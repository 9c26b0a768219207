package autopar.cluster;

import java.util.Objects;
import java.util.Optional;

/**
 * One kind of host: what its devices are, how they reach each other, their host's memory and other
 * hosts. Hosts of one kind may hold different numbers of devices.
 *
 * @param cores the cores that the devices of a host share, where devices are processes on them
 */
public record HostKind(
    Device device,
    Interconnect interconnect,
    Network network,
    HostMemory memory,
    Optional<HostCores> cores) {

  public HostKind {
    Objects.requireNonNull(device);
    Objects.requireNonNull(interconnect);
    Objects.requireNonNull(network);
    Objects.requireNonNull(memory);
    Objects.requireNonNull(cores);
  }

  /** The same hosts with other devices. */
  public HostKind withDevice(Device other) {
    return new HostKind(other, interconnect, network, memory, cores);
  }

  /** The same hosts on another network. */
  public HostKind withNetwork(Network other) {
    return new HostKind(device, interconnect, other, memory, cores);
  }
}
