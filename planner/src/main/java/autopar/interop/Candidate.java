package autopar.interop;

import java.util.List;

/**
 * A complete pipeline: stages in order, each on a range of positions of a device order, and the
 * samples per micro-batch. Devices between and after these ranges idle.
 */
public record Candidate(
    int microBatch, DeviceOrder order, List<PricedStage> stages, List<Integer> firstDevices) {

  public Candidate {
    stages = List.copyOf(stages);
    firstDevices = List.copyOf(firstDevices);
  }

  /**
   * About the seconds of a step, without simulating it: {@code (m - 1) max + sum}, and the longest
   * work after the last backward.
   */
  double estimate(int microBatches, int virtualStages) {
    double slowest = 0;
    double sum = 0;
    double tail = 0;
    for (PricedStage stage : stages) {
      slowest = Math.max(slowest, stage.seconds());
      sum += stage.seconds();
      tail = Math.max(tail, stage.overhead());
    }
    return (microBatches - 1) * slowest + sum / virtualStages + tail;
  }

  /** Number of devices in use. */
  public int devices() {
    return stages.stream().mapToInt(s -> s.mesh().devices()).sum();
  }
}
