package autopar.runtime.profile;

import java.util.ArrayList;
import java.util.List;

/**
 * Fits {@code seconds = sum of factors x unknowns} with positive unknowns, so that the sum of
 * squared relative errors is least: coordinate descent on the normal equations, which converges
 * since they are convex. What noise hides takes a hundredth of the least time that its factor was
 * ever seen to take in all, so that no rate becomes infinite.
 */
final class NonNegativeFit {
  private static final int ROUNDS = 20_000;
  private static final double LEAST = 0.01;

  private final int unknowns;
  private final List<double[]> rows = new ArrayList<>();

  NonNegativeFit(int unknowns) {
    this.unknowns = unknowns;
  }

  /** One measurement: {@code factors} of the unknowns, and the seconds it took. */
  void add(double seconds, double... factors) {
    double[] row = new double[unknowns];
    for (int i = 0; i < unknowns; i++) {
      row[i] = factors[i] / seconds;
    }
    rows.add(row);
  }

  double[] solve() {
    double[][] normal = new double[unknowns][unknowns];
    double[] right = new double[unknowns];
    for (double[] row : rows) {
      for (int i = 0; i < unknowns; i++) {
        right[i] += row[i];
        for (int j = 0; j < unknowns; j++) {
          normal[i][j] += row[i] * row[j];
        }
      }
    }
    double[] least = new double[unknowns];
    for (int i = 0; i < unknowns; i++) {
      int factor = i;
      double most = rows.stream().mapToDouble(row -> row[factor]).max().orElse(0);
      least[i] = most > 0 ? LEAST / most : 0;
    }
    double[] x = new double[unknowns];
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < unknowns; i++) {
        double rest = right[i];
        for (int j = 0; j < unknowns; j++) {
          rest -= j == i ? 0 : normal[i][j] * x[j];
        }
        x[i] = normal[i][i] > 0 ? Math.max(least[i], rest / normal[i][i]) : 0;
      }
    }
    return x;
  }

  /** The median of the relative errors of {@code unknowns}, as a fraction. */
  double medianError(double[] solution) {
    return rows.stream()
        .mapToDouble(row -> {
          double predicted = 0;
          for (int i = 0; i < unknowns; i++) {
            predicted += row[i] * solution[i];
          }
          return Math.abs(predicted - 1);
        })
        .sorted()
        .toArray()[rows.size() / 2];
  }
}
