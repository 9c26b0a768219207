package autopar.report;

/** What a stage, or a link, does in a slice of the step. */
public enum SliceKind {
  FORWARD("forward"),
  /** Forward work that backward repeats; drawn at the start of its backward pass. */
  RECOMPUTE("recompute"),
  BACKWARD("backward"),
  /** A message on its way to the next virtual stage. */
  SEND_FORWARD("send activations"),
  /** A message on its way to the virtual stage before. */
  SEND_BACKWARD("send gradients"),
  /** What of the gradients' synchronization no backward pass hides. */
  GRADIENT_SYNC("gradient sync"),
  /** Gradients of parameters that several stages hold. */
  TIED_GRADIENTS("tied gradients"),
  UPDATE("update"),
  /** The host's work of a step, after the last stage is done. */
  HOST("host"),
  /** The stage waits: the bubble. */
  IDLE("idle");

  private final String text;

  SliceKind(String text) {
    this.text = text;
  }

  /** The name on the page and in traces. */
  public String text() {
    return text;
  }
}
