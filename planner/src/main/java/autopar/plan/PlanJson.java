package autopar.plan;

import autopar.diagnostics.SourceFile;

/**
 * Plans as JSON: the text of plan.json and back.
 *
 * <p>Writing is deterministic: keys in the order of the contract, numbers in their shortest exact
 * form. Reading accepts keys it does not know and reports what is missing or malformed by its path
 * ({@code stages[2].mesh}).
 */
public final class PlanJson {
  /** The value of the key {@code format}. */
  public static final String FORMAT = "autopar-plan";

  /** The value of the key {@code version}. */
  public static final int VERSION = 1;

  private PlanJson() {}

  /** The text of plan.json, with a newline at the end. */
  public static String write(Plan plan) {
    return PlanWriter.write(plan);
  }

  /**
   * The plan in {@code file}.
   *
   * @throws autopar.diagnostics.InvalidInput if the text is not a plan of this version
   */
  public static Plan read(SourceFile file) {
    return PlanReader.read(file);
  }
}
