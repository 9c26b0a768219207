package autopar.interop;

import java.util.List;

/**
 * A complete pipeline: stages in order on consecutive device ranges, and the samples per
 * micro-batch. {@code firstDevices} are positions in the device order; devices after the last stage
 * idle.
 */
public record Candidate(int microBatch, List<PricedStage> stages, List<Integer> firstDevices) {

  public Candidate {
    stages = List.copyOf(stages);
    firstDevices = List.copyOf(firstDevices);
  }

  /** Number of devices in use. */
  public int devices() {
    return stages.stream().mapToInt(s -> s.mesh().devices()).sum();
  }
}
