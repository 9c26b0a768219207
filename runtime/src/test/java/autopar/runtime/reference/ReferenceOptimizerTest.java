package autopar.runtime.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.runtime.CounterRandom;
import autopar.runtime.OptimizerSettings;
import autopar.training.Optimizer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** AdamW and SGD by hand on one number, Adafactor in the sums of its paper. */
final class ReferenceOptimizerTest {

  private static final OptimizerSettings SETTINGS =
      new OptimizerSettings(0.1, 0.5, 0.75, 1e-3, 0.2, 0.5);

  @Test
  void adamwDividesCorrectedMoments() {
    var optimizer = new ReferenceOptimizer(Optimizer.ADAMW, SETTINGS);
    var first = optimizer.step(start(2), Map.of("p", Tensor.scalar(4)));
    assertThat(state(first, "exp_avg")).isEqualTo(0.5 * 4);
    assertThat(state(first, "exp_avg_sq")).isEqualTo(0.25 * 16);
    double one = 2 * (1 - 0.1 * 0.2) - 0.1 * 4 / (4 + 1e-3);
    assertThat(parameter(first)).isCloseTo(one, within(1e-15));

    var second = optimizer.step(first, Map.of("p", Tensor.scalar(-1)));
    double m = (0.5 * 2 - 0.5) / (1 - 0.25);
    double v = (0.75 * 4 + 0.25) / (1 - 0.5625);
    double two = one * 0.98 - 0.1 * m / (Math.sqrt(v) + 1e-3);
    assertThat(parameter(second)).isCloseTo(two, within(1e-15));
  }

  @Test
  void sgdMovesByItsVelocity() {
    var optimizer = new ReferenceOptimizer(Optimizer.SGD, SETTINGS);
    var first = optimizer.step(start(2), Map.of("p", Tensor.scalar(4)));
    assertThat(state(first, "momentum")).isEqualTo(4);
    assertThat(parameter(first)).isEqualTo(2 - 0.1 * 4);
    var second = optimizer.step(first, Map.of("p", Tensor.scalar(-1)));
    assertThat(state(second, "momentum")).isEqualTo(1);
    assertThat(parameter(second)).isEqualTo(1.6 - 0.1);
  }

  @ParameterizedTest
  @EnumSource
  void withoutAGradientNothingMoves(Optimizer rule) {
    var optimizer = new ReferenceOptimizer(rule, SETTINGS);
    var before =
        new ReferenceOptimizer.Point(
            0, Map.of("p", Tensor.scalar(2), "frozen", Tensor.scalar(3)), Map.of());
    var after = optimizer.step(before, Map.of("p", Tensor.scalar(4)));
    assertThat(after.steps()).isEqualTo(1);
    assertThat(after.parameters().get("frozen").data()).containsExactly(3);
    assertThat(after.state().keySet()).containsExactly("p");
    assertThat(before.parameters().get("p").data()).containsExactly(2);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 1, 30})
  void adafactorOfMatricesIsThatOfThePaper(double growth) {
    int[] shape = {2, 3, 4};
    var optimizer = new ReferenceOptimizer(Optimizer.ADAFACTOR, SETTINGS);
    var point =
        ReferenceOptimizer.Point.start(
            Map.of("p", Tensor.filled(shape, i -> CounterRandom.gaussian(1, i))));
    double[][][] parameter = cube(point.parameters().get("p"));
    double[][] rows = new double[2][3];
    double[][] columns = new double[2][4];
    for (int t = 1; t <= 4; t++) {
      Tensor gradient = gradient(shape, t, Math.pow(growth, t));
      point = optimizer.step(point, Map.of("p", gradient));
      factored(t, parameter, cube(gradient), rows, columns);
      assertThat(point.state().get("p").keySet())
          .containsExactly("exp_avg_sq_row", "exp_avg_sq_col");
      for (int i = 0; i < 24; i++) {
        int m = i / 12;
        int r = i / 4 % 3;
        int c = i % 4;
        assertThat(point.parameters().get("p").data()[i])
            .isCloseTo(parameter[m][r][c], within(1e-13));
        assertThat(point.state().get("p").get("exp_avg_sq_row").data()[m * 3 + r] * 4 / rows[m][r])
            .isCloseTo(1, within(1e-12));
        assertThat(
                point.state().get("p").get("exp_avg_sq_col").data()[m * 4 + c] * 3 / columns[m][c])
            .isCloseTo(1, within(1e-12));
      }
    }
  }

  @Test
  void adafactorOfAVectorKeepsEverySquare() {
    var optimizer = new ReferenceOptimizer(Optimizer.ADAFACTOR, SETTINGS);
    var point = ReferenceOptimizer.Point.start(Map.of("p", Tensor.zeros(5)));
    double[] parameter = new double[5];
    double[] squares = new double[5];
    for (int t = 1; t <= 3; t++) {
      Tensor gradient = gradient(new int[] {5}, t, t);
      point = optimizer.step(point, Map.of("p", gradient));
      double beta = 1 - Math.pow(t, -0.8);
      double[] update = new double[5];
      double sum = 0;
      for (int i = 0; i < 5; i++) {
        double g = gradient.data()[i];
        squares[i] = beta * squares[i] + (1 - beta) * (g * g + 1e-30);
        update[i] = g / Math.sqrt(squares[i]);
        sum += update[i] * update[i];
      }
      double clip = Math.max(1, Math.sqrt(sum / 5));
      for (int i = 0; i < 5; i++) {
        parameter[i] -= 0.1 * update[i] / clip;
      }
      assertThat(point.state().get("p").keySet()).containsExactly("exp_avg_sq_row");
      assertThat(point.parameters().get("p").data()).containsExactly(parameter, within(1e-14));
    }
  }

  /** Algorithm 4 of arXiv:1804.04235 for each matrix, with sums where the code keeps means. */
  private static void factored(
      int t, double[][][] parameter, double[][][] g, double[][] rows, double[][] columns) {
    double beta = 1 - Math.pow(t, -0.8);
    double[][][] update = new double[2][3][4];
    double sum = 0;
    for (int m = 0; m < 2; m++) {
      double total = 0;
      for (int r = 0; r < 3; r++) {
        double row = 0;
        for (int c = 0; c < 4; c++) {
          row += g[m][r][c] * g[m][r][c] + 1e-30;
        }
        rows[m][r] = beta * rows[m][r] + (1 - beta) * row;
        total += rows[m][r];
      }
      for (int c = 0; c < 4; c++) {
        double column = 0;
        for (int r = 0; r < 3; r++) {
          column += g[m][r][c] * g[m][r][c] + 1e-30;
        }
        columns[m][c] = beta * columns[m][c] + (1 - beta) * column;
        for (int r = 0; r < 3; r++) {
          update[m][r][c] = g[m][r][c] / Math.sqrt(rows[m][r] * columns[m][c] / total);
          sum += update[m][r][c] * update[m][r][c];
        }
      }
    }
    double clip = Math.max(1, Math.sqrt(sum / 24));
    for (int i = 0; i < 24; i++) {
      parameter[i / 12][i / 4 % 3][i % 4] -= 0.1 * update[i / 12][i / 4 % 3][i % 4] / clip;
    }
  }

  /** Gradients with a zero in them. */
  private static Tensor gradient(int[] shape, int step, double scale) {
    return Tensor.filled(shape, i -> i == 2 ? 0 : scale * CounterRandom.gaussian(10 + step, i));
  }

  private static double[][][] cube(Tensor tensor) {
    double[][][] cube = new double[2][3][4];
    for (int i = 0; i < 24; i++) {
      cube[i / 12][i / 4 % 3][i % 4] = tensor.data()[i];
    }
    return cube;
  }

  private static ReferenceOptimizer.Point start(double parameter) {
    return ReferenceOptimizer.Point.start(Map.of("p", Tensor.scalar(parameter)));
  }

  private static double parameter(ReferenceOptimizer.Point point) {
    return point.parameters().get("p").data()[0];
  }

  private static double state(ReferenceOptimizer.Point point, String name) {
    return point.state().get("p").get(name).data()[0];
  }
}
