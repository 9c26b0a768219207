package autopar.runtime;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far tensors are from those expected: norm(a - b) / max(norm(b), 0.01 x root mean square of
 * the norms of all that are expected).
 *
 * <p>The second term is for tensors that are zero by algebra, as the gradient of a bias of keys is:
 * their noise is not an error. What is not finite is infinitely far from everything, and so is a
 * tensor that is not zero where zeros alone are expected.
 */
public final class RelativeDifference {

  private static final double FLOOR = 0.01;

  private RelativeDifference() {}

  /**
   * The largest difference of all tensors, 0 when there are none.
   *
   * @throws IllegalArgumentException when the two do not have tensors of the same names and sizes
   */
  public static double largest(Map<String, double[]> actual, Map<String, double[]> expected) {
    return ofEach(actual, expected).values().stream().mapToDouble(d -> d).max().orElse(0);
  }

  /**
   * The difference of every tensor by name.
   *
   * @throws IllegalArgumentException when the two do not have tensors of the same names and sizes
   */
  public static SortedMap<String, Double> ofEach(
      Map<String, double[]> actual, Map<String, double[]> expected) {
    if (!actual.keySet().equals(expected.keySet())) {
      throw new IllegalArgumentException(
          "tensors %s, expected %s"
              .formatted(new TreeMap<>(actual).keySet(), new TreeMap<>(expected).keySet()));
    }
    SortedMap<String, Double> norms = new TreeMap<>();
    expected.forEach((name, tensor) -> norms.put(name, norm(tensor)));
    double squares = norms.values().stream().mapToDouble(n -> n * n).sum();
    double floor = FLOOR * Math.sqrt(squares / Math.max(1, norms.size()));
    SortedMap<String, Double> differences = new TreeMap<>();
    norms.forEach((name, norm) ->
        differences.put(
            name, difference(name, actual.get(name), expected.get(name), Math.max(norm, floor))));
    return differences;
  }

  private static double difference(String name, double[] a, double[] b, double scale) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "%s has %d elements, expected %d".formatted(name, a.length, b.length));
    }
    double[] differences = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      differences[i] = a[i] - b[i];
    }
    double distance = norm(differences);
    if (!Double.isFinite(distance) || !Double.isFinite(scale)) {
      return Double.POSITIVE_INFINITY;
    }
    return distance == 0 ? 0 : distance / scale;
  }

  private static double norm(double[] tensor) {
    double squares = 0;
    for (double x : tensor) {
      squares += x * x;
    }
    return Math.sqrt(squares);
  }
}
