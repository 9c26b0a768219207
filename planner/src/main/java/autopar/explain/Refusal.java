package autopar.explain;

import autopar.planner.PlanOutcome;
import autopar.planner.WayOut;
import java.util.List;

/**
 * Why nothing fits, and what would.
 *
 * @param none the planner's answer
 * @param conflict the smallest set of the request's own restrictions that, with the memory there
 *     is, leaves no plan: without any one of them these restrictions leave one. Empty where nothing
 *     fits even without restrictions
 * @param waysOut single changes that make it fit, cheapest first, each verified by planning it
 */
public record Refusal(PlanOutcome.NoPlan none, List<String> conflict, List<WayOut> waysOut) {

  public Refusal {
    conflict = List.copyOf(conflict);
    waysOut = List.copyOf(waysOut);
  }
}
