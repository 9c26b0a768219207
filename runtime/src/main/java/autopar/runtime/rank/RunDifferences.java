package autopar.runtime.rank;

import autopar.runtime.RelativeDifference;
import java.util.Map;

/**
 * The largest differences between a run and the reference beside it: of the loss (relative), of any
 * gradient and of any updated parameter (see {@link RelativeDifference}).
 */
public final class RunDifferences {

  /** A difference and the tensor that has it; no tensor where all are equal. */
  public record Largest(double difference, String tensor) {
    private static final Largest NONE = new Largest(0, "");

    private Largest or(Map<String, Double> differences) {
      Largest largest = this;
      for (Map.Entry<String, Double> entry : differences.entrySet()) {
        if (entry.getValue() > largest.difference) {
          largest = new Largest(entry.getValue(), entry.getKey());
        }
      }
      return largest;
    }
  }

  private double loss;
  private Largest gradients = Largest.NONE;
  private Largest parameters = Largest.NONE;
  private long reluInputs;
  private long nearZero;

  /** A ReLU of the reference has read {@code inputs} numbers, {@code near} of them near zero. */
  public void addRelu(long inputs, long near) {
    reluInputs += inputs;
    nearZero += near;
  }

  /** Numbers that ReLUs of the reference have read. */
  public long reluInputs() {
    return reluInputs;
  }

  /** Those of them that may have fallen on the other side of zero in the run. */
  public long reluInputsNearZero() {
    return nearZero;
  }

  /** Compares a step. */
  public void add(
      double actualLoss,
      WholeTensors.Gathered actual,
      double expectedLoss,
      WholeTensors.Gathered expected) {
    loss = larger(loss, Math.abs(actualLoss - expectedLoss) / Math.abs(expectedLoss));
    gradients = gradients.or(RelativeDifference.ofEach(actual.gradients(), expected.gradients()));
    parameters =
        parameters.or(RelativeDifference.ofEach(actual.parameters(), expected.parameters()));
  }

  /** NaN is larger than everything. */
  private static double larger(double a, double b) {
    return Double.isNaN(b) ? Double.POSITIVE_INFINITY : Math.max(a, b);
  }

  public double loss() {
    return loss;
  }

  public Largest gradients() {
    return gradients;
  }

  public Largest parameters() {
    return parameters;
  }
}
