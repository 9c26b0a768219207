package autopar.planner;

import autopar.plan.Plan;
import java.util.List;

/** The planner's answer. */
public sealed interface PlanOutcome {

  /** The best plan found. */
  record Planned(Plan plan) implements PlanOutcome {}

  /**
   * Nothing fits. {@code missingBytes} is what the closest layout lacks on its worst device (0 if
   * memory is not the reason); {@code waysOut} says what would fix it, cheapest first.
   */
  record NoPlan(List<String> reasons, List<WayOut> waysOut, long missingBytes)
      implements PlanOutcome {
    public NoPlan {
      reasons = List.copyOf(reasons);
      waysOut = List.copyOf(waysOut);
    }
  }
}
