package autopar.plan;

/** What the seconds of a stage are spent on. */
public enum TimeKind {
  /** Kernels of the forward pass. */
  FORWARD("forward", false),
  /** Forward kernels that backward runs again. */
  RECOMPUTE("recompute", false),
  /** Kernels of the backward pass. */
  BACKWARD("backward", false),
  /** Collectives inside layers, by kind. */
  ALL_REDUCE("all-reduce", false),
  ALL_GATHER("all-gather", false),
  REDUCE_SCATTER("reduce-scatter", false),
  ALL_TO_ALL("all-to-all", false),
  BROADCAST("broadcast", false),
  /** Parameters that ZeRO-3 gathers for every micro-batch. */
  PARAMETER_GATHER("parameter-gather", false),
  /** Gradients that ZeRO-2 and ZeRO-3 reduce-scatter for every micro-batch. */
  GRADIENT_SCATTER("gradient-scatter", false),
  /** Transfers to the neighbour stages. */
  SEND("send", false),
  /** The host's work for a micro-batch. */
  HOST("host", false),
  /** Gradients summed, and parameters gathered, once per step. */
  GRADIENT_SYNC("gradient-sync", true),
  /** Gradients of parameters that several stages hold. */
  TIED_GRADIENTS("tied-gradients", true),
  /** The optimizer. */
  UPDATE("update", true);

  private final String text;
  private final boolean perStep;

  TimeKind(String text, boolean perStep) {
    this.text = text;
    this.perStep = perStep;
  }

  /** The name in plan.json. */
  public String text() {
    return text;
  }

  /** True for what happens once per step, false for what every micro-batch repeats. */
  public boolean perStep() {
    return perStep;
  }
}
