package autopar.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RelativeDifferenceTest {

  private static final double INFINITY = Double.POSITIVE_INFINITY;

  @Test
  void aTensorIsMeasuredByItsOwnNorm() {
    Map<String, double[]> expected = Map.of("a", new double[] {3, 4}, "b", new double[] {5, 0});
    Map<String, double[]> actual = Map.of("a", new double[] {3, 4.5}, "b", new double[] {5, 0.05});
    assertThat(RelativeDifference.ofEach(actual, expected).keySet()).containsExactly("a", "b");
    assertThat(RelativeDifference.ofEach(actual, expected).get("a")).isEqualTo(0.1);
    assertThat(RelativeDifference.ofEach(actual, expected).get("b")).isCloseTo(0.01, within(1e-15));
    assertThat(RelativeDifference.largest(actual, expected)).isEqualTo(0.1);
    assertThat(RelativeDifference.largest(expected, expected)).isZero();
    assertThat(RelativeDifference.largest(Map.of(), Map.of())).isZero();
  }

  /** Norms 10, 10, 10 and 1e-12: their root mean square is 10 sqrt(3/4). */
  @Test
  void aTensorNearZeroIsMeasuredByTheOthers() {
    double[] ten = {6, 8};
    Map<String, double[]> expected =
        Map.of("a", ten, "b", ten, "c", ten, "z", new double[] {1e-12});
    Map<String, double[]> actual = Map.of("a", ten, "b", ten, "c", ten, "z", new double[] {-1e-7});
    assertThat(RelativeDifference.largest(actual, expected))
        .isCloseTo(1e-7 / (0.1 * Math.sqrt(0.75)), within(1e-9));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, INFINITY, -INFINITY, 1e200})
  void whatIsNotFiniteIsInfinitelyFar(double x) {
    Map<String, double[]> one = Map.of("a", new double[] {1, 2}, "b", new double[] {1});
    Map<String, double[]> bad = Map.of("a", new double[] {x, 2}, "b", new double[] {1});
    assertThat(RelativeDifference.largest(bad, one)).isEqualTo(INFINITY);
    assertThat(RelativeDifference.largest(one, bad)).isEqualTo(INFINITY);
    assertThat(RelativeDifference.largest(bad, bad)).isEqualTo(INFINITY);
  }

  @Test
  void whereOnlyZerosAreExpectedNothingElseWillDo() {
    Map<String, double[]> zeros = Map.of("a", new double[2], "b", new double[0]);
    Map<String, double[]> noise = Map.of("a", new double[] {0, 1e-30}, "b", new double[0]);
    assertThat(RelativeDifference.largest(zeros, zeros)).isZero();
    assertThat(RelativeDifference.largest(noise, zeros)).isEqualTo(INFINITY);
  }

  @Test
  void tensorsOfOtherNamesOrSizesAreNotCompared() {
    Map<String, double[]> a = Map.of("a", new double[2]);
    Map<String, double[]> more = Map.of("a", new double[2], "b", new double[2]);
    assertThatThrownBy(() -> RelativeDifference.largest(more, a))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tensors [a, b], expected [a]");
    assertThatThrownBy(() -> RelativeDifference.largest(a, Map.of("a", new double[3])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a has 2 elements, expected 3");
  }
}
