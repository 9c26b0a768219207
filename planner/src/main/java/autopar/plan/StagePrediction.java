package autopar.plan;

import java.util.List;

/**
 * Predicted times and memory of a stage.
 *
 * <p>{@code forwardSeconds}, {@code backwardSeconds} (compute, recomputation included in backward)
 * and {@code communicationSeconds} (exposed, both passes) are per micro-batch; {@code
 * stepOverheadSeconds} (exposed gradient sync, update, gathers) is per step. {@code passes} has one
 * entry per virtual stage; {@code shares} says what part of the times goes into what.
 */
public record StagePrediction(
    double forwardSeconds,
    double backwardSeconds,
    double communicationSeconds,
    double stepOverheadSeconds,
    PredictedShares shares,
    List<PassPrediction> passes,
    MemoryBreakdown memory) {

  public StagePrediction {
    passes = List.copyOf(passes);
  }
}
