package autopar.plan;

import java.util.List;

/**
 * Predicted times and memory of a stage.
 *
 * <p>{@code forwardSeconds}, {@code backwardSeconds} (compute, recomputation included in backward)
 * and {@code communicationSeconds} (exposed, both passes) are per micro-batch; {@code
 * stepOverheadSeconds} (exposed gradient sync, update, gathers) is per step. {@code passes} has one
 * entry per virtual stage; {@code time} says what all these seconds are spent on, and {@code
 * shares} sums some of it up.
 */
public record StagePrediction(
    double forwardSeconds,
    double backwardSeconds,
    double communicationSeconds,
    double stepOverheadSeconds,
    PredictedShares shares,
    List<PassPrediction> passes,
    List<TimePart> time,
    MemoryBreakdown memory) {

  public StagePrediction {
    passes = List.copyOf(passes);
    time = List.copyOf(time);
  }
}
