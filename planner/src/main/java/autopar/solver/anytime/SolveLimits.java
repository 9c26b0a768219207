package autopar.solver.anytime;

/**
 * What a solve may take.
 *
 * @param seconds wall time from the call on
 * @param threads threads that work at the same time, at least one
 * @param seed of everything random
 */
public record SolveLimits(double seconds, int threads, long seed) {
  public SolveLimits {
    if (!(seconds > 0) || threads < 1) {
      throw new IllegalArgumentException("a solve needs time and at least one thread");
    }
  }
}
