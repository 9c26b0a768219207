package autopar.runtime;

import autopar.ir.graph.Initializer;

/** What an initializer draws, element by element, so that a rank can draw its shards alone. */
public final class InitialValues {

  private InitialValues() {}

  /** The key of the parameter called {@code name} in a run with {@code seed}. */
  public static long key(long seed, String name) {
    return CounterRandom.key(seed, name);
  }

  /** Element {@code index} (row-major in the whole tensor) of the parameter with {@code key}. */
  public static double element(Initializer initializer, long key, long index) {
    return switch (initializer) {
      case Initializer.Normal n -> n.standardDeviation() * CounterRandom.gaussian(key, index);
      case Initializer.Uniform u ->
          u.low() + (u.high() - u.low()) * CounterRandom.uniform(key, index);
      case Initializer.Constant constant -> constant.value();
    };
  }
}
