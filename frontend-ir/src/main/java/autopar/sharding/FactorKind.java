package autopar.sharding;

/** What happens to an op when a mesh axis is assigned to one of its factors. */
public enum FactorKind {
  /** Each shard computes its own part; nothing is communicated. */
  PASS_THROUGH,
  /**
   * Each shard computes a summand: results that lack the factor are partial over the axis until
   * reduced; results that have it are sharded.
   */
  REDUCTION,
  /**
   * A reduction the op finishes by itself over small statistics (softmax maximum and sum, norm
   * moments): results are complete; the op pays an all-reduce of its statistics.
   */
  INTERNAL_REDUCTION,
  /** The op needs the whole dimension: no axis may be assigned. */
  NEEDS_REPLICATION,
  /** Shards exchange borders or rotate (convolution halos, ring attention). */
  PERMUTATION
}
