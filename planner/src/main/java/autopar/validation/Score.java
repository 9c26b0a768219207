package autopar.validation;

import java.util.Arrays;
import java.util.List;

/** Absolute relative errors of a set of rows, as fractions. */
public record Score(int rows, int skipped, double median, double mean, double p90, double max) {

  /** The score of priced rows; zeros where there is none. */
  static Score of(List<PricedRun> priced, int skipped) {
    double[] errors = priced.stream().mapToDouble(run -> Math.abs(run.error())).sorted().toArray();
    int n = errors.length;
    if (n == 0) {
      return new Score(0, skipped, 0, 0, 0, 0);
    }
    double median = n % 2 == 1 ? errors[n / 2] : (errors[n / 2 - 1] + errors[n / 2]) / 2;
    double mean = Arrays.stream(errors).average().orElseThrow();
    double p90 = errors[(int) Math.ceil(0.9 * n) - 1];
    return new Score(n, skipped, median, mean, p90, errors[n - 1]);
  }
}
