package autopar.plan;

/** The phase of a step in which a tensor has the sharding that the plan states. */
public enum TensorPhase {
  FORWARD("forward"),
  BACKWARD("backward"),
  UPDATE("update");

  private final String text;

  TensorPhase(String text) {
    this.text = text;
  }

  /** The name in plan.json. */
  public String text() {
    return text;
  }
}
