package autopar.plan;

/** What a tensor of the plan is. */
public enum TensorKind {
  PARAMETER("parameter"),
  GRADIENT("gradient"),
  OPTIMIZER("optimizer"),
  ACTIVATION("activation");

  private final String text;

  TensorKind(String text) {
    this.text = text;
  }

  /** The name in plan.json. */
  public String text() {
    return text;
  }
}
