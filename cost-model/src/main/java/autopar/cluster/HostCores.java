package autopar.cluster;

/**
 * Cores of a host whose devices are processes on them. A device computes on one core; where more
 * devices compute than the host has cores, they share them evenly. Every time of such a cluster is
 * therefore the time of a device that has a core of its own.
 *
 * @param count cores of one host
 * @param productSeconds start of one matrix product
 * @param productFlopsPerSecond operations per second inside a product
 * @param productBytesPerSecond operands and result of a product on their way through the caches
 * @param vectorFlopsPerSecond operations per second of element-wise kernels
 * @param updateBytesPerSecond bytes of weights, gradients and states that the optimizer step moves
 * @param inStep speed of kernels in a training step of one device over their speed alone on
 *     operands that come from memory: above 1 where the kernel before has left them in the caches
 * @param crowded what the cores get done together while twice as many devices want them as there
 *     are, as a part of what they get done otherwise: caches are refilled, and who waits wakes late
 */
public record HostCores(
    int count,
    double productSeconds,
    double productFlopsPerSecond,
    double productBytesPerSecond,
    double vectorFlopsPerSecond,
    double updateBytesPerSecond,
    double inStep,
    double crowded) {

  public HostCores {
    if (count < 1 || !(inStep > 0) || !(crowded > 0)) {
      throw new IllegalArgumentException("a host has at least one core, which gets on");
    }
  }

  /**
   * How fast each of {@code busy} devices gets on, as a part of the speed that it has with a core
   * of its own. Work takes longer by the same part each time the devices of a core double: what
   * more of them evict, many have evicted already.
   */
  public double speed(int busy) {
    if (busy <= count) {
      return 1;
    }
    double devices = (double) busy / count;
    return 1 / devices / (1 + doubling() * Math.log(devices) / Math.log(2));
  }

  private double doubling() {
    return 1 / crowded - 1;
  }

  /**
   * The {@link #crowded} by which work of {@code busy} devices, more than cores, takes {@code
   * longer} times as long as by their number alone.
   */
  public double crowdedBy(int busy, double longer) {
    double doublings = Math.log((double) busy / count) / Math.log(2);
    return 1 / (1 + Math.max(0, longer - 1) / doublings);
  }
}
