package autopar.cost.memory;

import autopar.cluster.Device;
import autopar.cluster.SoftwareProfile;

/** The bytes of a device that no tensor of the plan explains. */
public final class MemoryModel {
  private final Device device;
  private final SoftwareProfile software;

  public MemoryModel(Device device, SoftwareProfile software) {
    this.device = device;
    this.software = software;
  }

  /** What a process can allocate on the device, its context included. */
  public long usableBytes() {
    return device.memoryBytes();
  }

  /** Context and libraries, the buffers of {@code communicators} groups and of the software. */
  public long contextBytes(int communicators) {
    return device.contextBytes()
        + communicators * device.communicatorBytes()
        + software.memory().workspaceBytes();
  }

  /**
   * What the caching allocator cannot use: blocks of dynamic tensors leave holes; static ones are
   * allocated once and leave none.
   */
  public long fragmentationBytes(long staticBytes, long activationBytes) {
    return (long) Math.ceil(activationBytes * device.fragmentation());
  }
}
