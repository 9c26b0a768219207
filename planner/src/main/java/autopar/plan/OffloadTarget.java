package autopar.plan;

/** Where a category of state lives. */
public enum OffloadTarget {
  /** In device memory. */
  NONE("none"),
  /** In host memory. */
  CPU("cpu"),
  /** On the host's NVMe drives. */
  NVME("nvme");

  private final String text;

  OffloadTarget(String text) {
    this.text = text;
  }

  /** The name on the command line and in plan.json. */
  public String text() {
    return text;
  }
}
