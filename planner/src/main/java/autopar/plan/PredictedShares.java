package autopar.plan;

/**
 * What is contained in the times of a {@link StagePrediction}: {@code recomputeSeconds} in the
 * backward seconds, exposed ZeRO collectives ({@code gatherSeconds}) and waiting for own sends
 * ({@code sendSeconds}) in the communication seconds, all per micro-batch; {@code updateSeconds} in
 * the overhead of a step.
 */
public record PredictedShares(
    double recomputeSeconds, double gatherSeconds, double sendSeconds, double updateSeconds) {

  /** Nothing is known to be contained. */
  public static final PredictedShares NONE = new PredictedShares(0, 0, 0, 0);
}
