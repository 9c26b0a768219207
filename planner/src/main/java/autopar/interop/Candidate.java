package autopar.interop;

import java.util.List;

/**
 * A complete pipeline: stages in order on consecutive positions of a device order, and the samples
 * per micro-batch. Devices after the last stage idle.
 */
public record Candidate(
    int microBatch, DeviceOrder order, List<PricedStage> stages, List<Integer> firstDevices) {

  public Candidate {
    stages = List.copyOf(stages);
    firstDevices = List.copyOf(firstDevices);
  }

  /** Number of devices in use. */
  public int devices() {
    return stages.stream().mapToInt(s -> s.mesh().devices()).sum();
  }
}
