package autopar.planner;

/** How attention is computed. */
public enum AttentionKind {
  /** One fused kernel that never stores the scores (arXiv:2205.14135). */
  FLASH("flash"),
  /** Scores, softmax and the product with the values as kernels of their own. */
  UNFUSED("unfused");

  private final String text;

  AttentionKind(String text) {
    this.text = text;
  }

  /** The name on the command line and in plan.json. */
  public String text() {
    return text;
  }
}
