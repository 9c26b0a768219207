package autopar.cost.memory;

import autopar.cluster.Device;
import autopar.cluster.SoftwareProfile;
import java.util.List;

/**
 * The bytes of a device that no tensor of the plan explains; of devices of several models, those of
 * the one that keeps most for itself.
 */
public final class MemoryModel {
  private final List<Device> devices;
  private final SoftwareProfile software;

  public MemoryModel(List<Device> devices, SoftwareProfile software) {
    this.devices = List.copyOf(devices);
    this.software = software;
  }

  /** Context and libraries, the buffers of {@code communicators} groups and of the software. */
  public long contextBytes(int communicators) {
    long most = 0;
    for (Device device : devices) {
      most = Math.max(most, device.contextBytes() + communicators * device.communicatorBytes());
    }
    return most + software.memory().workspaceBytes();
  }

  /**
   * What the caching allocator cannot use: blocks of dynamic tensors leave holes; static ones are
   * allocated once and leave none.
   */
  public long fragmentationBytes(long staticBytes, long activationBytes) {
    double part = 0;
    for (Device device : devices) {
      part = Math.max(part, device.fragmentation());
    }
    return (long) Math.ceil(activationBytes * part);
  }
}
