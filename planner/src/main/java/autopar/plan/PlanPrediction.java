package autopar.plan;

/**
 * What the whole step is predicted to take.
 *
 * <p>{@code tflopsPerDevice} and {@code mfu} count model FLOPs only, over all requested devices.
 * {@code bubbleFraction} is the share of the stages' device-seconds in which a stage waits for
 * another. {@code fixedStepSeconds} is the host's work of a step, after the last stage is done, and
 * where devices share cores what they wait for each other. {@code gap} is {@code (step - lower
 * bound) / step}; {@code lowerBoundMethod} says how the bound was obtained.
 */
public record PlanPrediction(
    double stepSeconds,
    double tokensPerSecond,
    double samplesPerSecond,
    double tflopsPerDevice,
    double mfu,
    double bubbleFraction,
    long peakMemoryBytes,
    double lowerBoundSeconds,
    double gap,
    double fixedStepSeconds,
    String lowerBoundMethod) {

  /** The prediction that follows from a step time by arithmetic. */
  public static PlanPrediction of(
      double stepSeconds,
      Workload workload,
      PlanModel model,
      PlanCluster cluster,
      int devices,
      double bubbleFraction,
      long peakMemoryBytes,
      double lowerBoundSeconds,
      double fixedStepSeconds,
      String lowerBoundMethod) {
    double samples = workload.globalBatch() / stepSeconds;
    double flopsPerDevice = samples * model.flopsPerSample() / devices;
    return new PlanPrediction(
        stepSeconds,
        samples * workload.sequence(),
        samples,
        flopsPerDevice / 1e12,
        flopsPerDevice / cluster.peakFlopsPerDevice(),
        bubbleFraction,
        peakMemoryBytes,
        lowerBoundSeconds,
        (stepSeconds - lowerBoundSeconds) / stepSeconds,
        fixedStepSeconds,
        lowerBoundMethod);
  }
}
