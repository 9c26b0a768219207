package autopar.runtime.rank;

import autopar.runtime.RelativeDifference;

/**
 * The largest differences between a run and the reference beside it: of the loss (relative), of any
 * gradient and of any updated parameter (see {@link RelativeDifference}).
 */
public final class RunDifferences {

  private double loss;
  private double gradients;
  private double parameters;

  /** Compares a step. */
  public void add(
      double actualLoss,
      WholeTensors.Gathered actual,
      double expectedLoss,
      WholeTensors.Gathered expected) {
    loss = larger(loss, Math.abs(actualLoss - expectedLoss) / Math.abs(expectedLoss));
    gradients =
        larger(gradients, RelativeDifference.largest(actual.gradients(), expected.gradients()));
    parameters =
        larger(parameters, RelativeDifference.largest(actual.parameters(), expected.parameters()));
  }

  /** NaN is larger than everything. */
  private static double larger(double a, double b) {
    return Double.isNaN(b) ? Double.POSITIVE_INFINITY : Math.max(a, b);
  }

  public double loss() {
    return loss;
  }

  public double gradients() {
    return gradients;
  }

  public double parameters() {
    return parameters;
  }
}
