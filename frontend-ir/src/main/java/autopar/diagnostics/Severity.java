package autopar.diagnostics;

/** Whether a finding stops the compilation. */
public enum Severity {
  ERROR("error"),
  WARNING("warning");

  private final String text;

  Severity(String text) {
    this.text = text;
  }

  /** The word in messages and JSON. */
  public String text() {
    return text;
  }
}
