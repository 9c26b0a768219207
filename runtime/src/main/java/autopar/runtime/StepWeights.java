package autopar.runtime;

/**
 * How micro-batches make up a step. The loss of a step is the mean over all its samples, and that
 * of a cross-entropy the mean over all its counted labels, however the step is cut: a micro-batch
 * counts by its samples, and its cross-entropy divides by its share of all labels.
 */
public record StepWeights(long globalBatch, long samples) {

  /** What the loss of the micro-batch counts in that of the step. */
  public double weight() {
    return (double) samples / globalBatch;
  }

  /** What a cross-entropy of the micro-batch divides its sum by, of {@code counted} in the step. */
  public double labels(double counted) {
    return counted * weight();
  }

  /** Labels of {@code input} that are counted in the whole step. */
  public static double counted(
      StepData data, int step, String input, long globalBatch, long perSample) {
    long counted = 0;
    for (long sample = 0; sample < globalBatch; sample++) {
      for (long i = 0; i < perSample; i++) {
        counted += data.element(step, input, sample, i) >= 0 ? 1 : 0;
      }
    }
    return counted;
  }
}
