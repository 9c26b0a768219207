package autopar.plan;

/** A constraint that a plan breaks: its number ("P5") and what is wrong, in words. */
public record PlanViolation(String constraint, String message) {

  @Override
  public String toString() {
    return constraint + ": " + message;
  }
}
