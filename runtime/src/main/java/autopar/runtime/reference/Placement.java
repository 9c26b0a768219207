package autopar.runtime.reference;

import java.util.Map;

/**
 * Where the operands of one kernel call lie in the whole tensors, when they are shards.
 *
 * @param offsets first index along a factor of the op's rule, 0 where absent
 * @param share part of the elements that a mean of the op is taken over
 * @param dropoutSeed which mask a dropout draws: the same for a node and its recomputation
 */
public record Placement(Map<String, Integer> offsets, double share, long dropoutSeed) {

  public Placement {
    offsets = Map.copyOf(offsets);
  }

  /** Nothing is sharded. */
  public static Placement whole(long dropoutSeed) {
    return new Placement(Map.of(), 1, dropoutSeed);
  }

  int offset(String factor) {
    return offsets.getOrDefault(factor, 0);
  }

  /** Whether element {@code index} survives a dropout at {@code rate}. */
  boolean survives(long index, double rate) {
    long x = dropoutSeed * 0x9E3779B97F4A7C15L + index + 1;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return ((x ^ (x >>> 31)) >>> 11) * 0x1.0p-53 >= rate;
  }
}
