package autopar.cost;

/**
 * The collectives that plans use. Bytes are those of the full tensor over the group; what a rank
 * moves is said for rings.
 */
public enum Collective {
  /** Everybody gets the sum: a ring moves 2 n (g-1)/g bytes a rank. */
  ALL_REDUCE("all-reduce"),
  /** Everybody gets all shards: n (g-1)/g bytes a rank, n the gathered size. */
  ALL_GATHER("all-gather"),
  /** Everybody gets his shard of the sum: n (g-1)/g bytes a rank, n the size before. */
  REDUCE_SCATTER("reduce-scatter"),
  /** Everybody sends a different part to each: n (g-1)/g bytes a rank, n the local buffer. */
  ALL_TO_ALL("all-to-all"),
  /** One rank's n bytes go to everybody. */
  BROADCAST("broadcast");

  private final String text;

  Collective(String text) {
    this.text = text;
  }

  /** The name in plans and messages. */
  public String text() {
    return text;
  }
}
