package autopar.explain;

import autopar.plan.Plan;
import autopar.planner.PlanOutcome;

/**
 * What a decision could have been instead.
 *
 * @param options what to give to {@code compile} to get it
 * @param kept whether the rest of the plan was kept; otherwise the planner chose it anew
 */
public record Alternative(String options, boolean kept, PlanOutcome outcome) {

  /** Seconds of its step, infinite where it does not fit. */
  public double stepSeconds() {
    return switch (outcome) {
      case PlanOutcome.Planned planned -> planned.plan().predicted().stepSeconds();
      case PlanOutcome.NoPlan none -> Double.POSITIVE_INFINITY;
    };
  }

  /** Does it decide otherwise than {@code chosen}, or does it not fit? */
  boolean differs(Decision decision, Plan chosen) {
    return switch (outcome) {
      case PlanOutcome.Planned planned -> decision.differs(chosen, planned.plan());
      case PlanOutcome.NoPlan none -> true;
    };
  }
}
