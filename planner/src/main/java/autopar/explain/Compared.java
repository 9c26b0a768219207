package autopar.explain;

import autopar.plan.Plan;

/**
 * Two plans side by side.
 *
 * @param options what to give to {@code compile} to get {@code other}
 * @param difference parts of the step of {@code other} less those of {@code chosen}
 * @param cause the largest differences in words
 */
public record Compared(
    String options, Plan chosen, Plan other, StepParts difference, String cause) {

  /** Compares {@code other}, which {@code options} give, with {@code chosen}. */
  public static Compared of(String options, Plan chosen, Plan other) {
    StepParts difference = StepParts.of(other).minus(StepParts.of(chosen));
    return new Compared(options, chosen, other, difference, Cause.of(difference));
  }

  /** Seconds that a step of {@code other} takes longer. */
  public double seconds() {
    return other.predicted().stepSeconds() - chosen.predicted().stepSeconds();
  }
}
