package autopar.interop;

import autopar.strategy.PricedMesh;
import java.util.List;

/**
 * A stage with every decision taken and priced.
 *
 * <p>{@code forward} and {@code backward} are seconds of compute per micro-batch (recomputation in
 * backward), {@code forwardCommunication} and {@code backwardCommunication} the exposed
 * collectives; {@code overhead} is seconds per step after the last backward (exposed gradient
 * synchronization, gathered parameters, the update). {@code parts} takes these sums apart.
 */
public record PricedStage(
    List<LayerRange> layers,
    PricedMesh mesh,
    int zero,
    int boundaryCode,
    List<LayerRun> runs,
    double forward,
    double backward,
    double forwardCommunication,
    double backwardCommunication,
    double overhead,
    StageMemory memory,
    StageParts parts) {

  /** The same stage over other ranges that hold the same layers. */
  PricedStage withLayers(List<LayerRange> ranges) {
    return new PricedStage(
        ranges,
        mesh,
        zero,
        boundaryCode,
        runs,
        forward,
        backward,
        forwardCommunication,
        backwardCommunication,
        overhead,
        memory,
        parts);
  }

  /** Number of units over all ranges. */
  public int units() {
    int n = 0;
    for (LayerRange range : layers) {
      n += range.to() - range.from();
    }
    return n;
  }

  /** Seconds of one micro-batch through the stage, forward and backward. */
  public double seconds() {
    return forward + backward + forwardCommunication + backwardCommunication;
  }
}
