package autopar.training;

/** Which forward values of a layer are dropped and computed again in backward. */
public enum RecomputeMode {
  /** Every value that backward needs is kept. */
  NONE("none"),
  /** The attention core (scores, softmax, attention over values) runs again (arXiv:2205.05198). */
  SELECTIVE("selective"),
  /** Only the layer's inputs are kept; its whole forward runs again. */
  FULL("full");

  private final String text;

  RecomputeMode(String text) {
    this.text = text;
  }

  /** The name on the command line and in plan.json. */
  public String text() {
    return text;
  }
}
