package autopar.validation;

import java.util.OptionalDouble;

/** A published run and what the planner predicts for its layout. */
public record PricedRun(PublishedRun run, double predictedSeconds, long predictedPeakBytes) {

  /** Signed error of the step time: 0.06 is 6 % too slow. */
  public double error() {
    return predictedSeconds / run.measuredSeconds() - 1;
  }

  /** Signed error of the peak memory, where it was measured. */
  public OptionalDouble memoryError() {
    return run.measuredPeakBytes().isPresent()
        ? OptionalDouble.of(predictedPeakBytes / run.measuredPeakBytes().getAsDouble() - 1)
        : OptionalDouble.empty();
  }
}
