package autopar.training;

/** The update rule; bytes per parameter follow from it and the precision. */
public enum Optimizer {
  ADAMW("adamw"),
  SGD("sgd"),
  ADAFACTOR("adafactor");

  private final String text;

  Optimizer(String text) {
    this.text = text;
  }

  /** The name on the command line and in plan.json. */
  public String text() {
    return text;
  }
}
