package autopar.explain;

/** What the seconds of a step are spent on. */
public enum Part {
  /** Kernels of forward passes. */
  FORWARD("forward", "forward compute"),
  /** Kernels of backward passes, recomputation left out. */
  BACKWARD("backward", "backward compute"),
  /** Forward kernels computed again in backward. */
  RECOMPUTE("recompute", "recomputation"),
  /** Collectives of tensor axes and host work per micro-batch that nothing hides. */
  COLLECTIVES("collectives", "exposed tensor collectives"),
  /** Parameters gathered and gradients scattered every micro-batch, where nothing hides them. */
  GATHERS("zero_gathers", "exposed ZeRO collectives"),
  /** A stage waits until its own message has left. */
  SENDS("sends", "transfers between stages"),
  /** Gradient synchronization and parameter gathering after the last backward. */
  SYNC("gradient_sync", "exposed gradient sync"),
  /** The optimizer. */
  UPDATE("update", "the update"),
  /** Host work once per step. */
  HOST("host", "host work per step"),
  /** A stage waits for another. */
  BUBBLE("bubble", "bubble and imbalance"),
  /** Devices that no stage uses. */
  IDLE("idle", "idle devices");

  private final String key;
  private final String words;

  Part(String key, String words) {
    this.key = key;
    this.words = words;
  }

  /** The name in JSON. */
  public String key() {
    return key;
  }

  /** The name in a sentence. */
  public String words() {
    return words;
  }
}
