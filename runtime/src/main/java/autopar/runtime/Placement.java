package autopar.runtime;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * Where the operands of one kernel call lie in the whole tensors, when they are shards.
 *
 * <p>Along a factor that grows with the batch, offsets count from the first sample of the step, so
 * that what a kernel draws does not depend on micro-batches either.
 *
 * @param offsets first index along a factor of the op's rule, 0 where absent
 * @param extents length of the whole tensor along a factor; where absent, that of the operand
 * @param share part of the elements that a mean of the op is taken over
 * @param labels labels that a cross-entropy is the mean over; where empty, those of its operand
 * @param dropoutKey which mask a dropout draws: the same for a node and its recomputation
 */
public record Placement(
    Map<String, Integer> offsets,
    Map<String, Integer> extents,
    double share,
    OptionalDouble labels,
    long dropoutKey) {

  public Placement {
    offsets = Map.copyOf(offsets);
    extents = Map.copyOf(extents);
  }

  /** Nothing is sharded. */
  public static Placement whole(long dropoutKey) {
    return new Placement(Map.of(), Map.of(), 1, OptionalDouble.empty(), dropoutKey);
  }

  /** First index along {@code factor}. */
  public int offset(String factor) {
    return offsets.getOrDefault(factor, 0);
  }

  /** Length of the whole tensor along {@code factor}, which is {@code local} long here. */
  public int extent(String factor, int local) {
    return extents.getOrDefault(factor, local);
  }

  /**
   * Whether element {@code index} (row-major in the whole tensor) survives a dropout at {@code
   * rate}, which is rounded to a multiple of 2^-32. A counter-based generator (the finalizer of
   * SplitMix64, Steele et al., OOPSLA 2014): any shard can draw its part of the mask alone.
   */
  public boolean survives(long index, double rate) {
    return CounterRandom.half(dropoutKey, index) >= leastToSurvive(rate);
  }

  /** The least {@link CounterRandom#half} that survives a dropout at {@code rate}. */
  public static long leastToSurvive(double rate) {
    return (long) Math.min(Math.rint(rate * 0x1p32), 0x1p32 - 1);
  }
}
