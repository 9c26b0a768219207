package autopar.plan;

/** What the plan is for. */
public enum WorkloadKind {
  TRAINING("training"),
  INFERENCE("inference");

  private final String text;

  WorkloadKind(String text) {
    this.text = text;
  }

  /** The name in plan.json. */
  public String text() {
    return text;
  }
}
