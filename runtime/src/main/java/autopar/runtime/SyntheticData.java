package autopar.runtime;

import autopar.ir.graph.Graph;
import java.util.Map;

/**
 * Random samples that any model can read: normal reals, uniform tokens, and uniform labels of which
 * one in sixteen is not counted.
 */
public final class SyntheticData implements StepData {

  private static final int MASKED = 16;

  private final Map<String, InputRole> roles;
  private final long seed;

  public SyntheticData(Graph graph, long seed) {
    this.roles = InputRole.of(graph);
    this.seed = seed;
  }

  @Override
  public float element(int step, String input, long sample, long element) {
    long key = CounterRandom.key(CounterRandom.key(CounterRandom.key(seed, input), step), sample);
    return switch (roles.get(input)) {
      case InputRole.Real real -> (float) CounterRandom.gaussian(key, element);
      case InputRole.Tokens tokens -> (float) uniform(key, 2 * element, tokens.rows());
      case InputRole.Labels labels ->
          uniform(key, 2 * element + 1, MASKED) == 0
              ? -1
              : (float) uniform(key, 2 * element, labels.classes());
    };
  }

  private static long uniform(long key, long counter, long limit) {
    return (long) (CounterRandom.uniform(key, counter) * limit);
  }
}
