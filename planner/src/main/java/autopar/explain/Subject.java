package autopar.explain;

import autopar.plan.Plan;
import autopar.planner.ForceParser;
import autopar.planner.PlanRequest;

/**
 * A plan, the request that it answers, and the text of the decisions that were forced in it (empty
 * where none were).
 */
public record Subject(Plan plan, PlanRequest request, String force) {

  /** The same request with other decisions forced, as {@code compile --force} would ask it. */
  PlanRequest forcing(String text) {
    return request.withOptions(request.options().withForced(ForceParser.parse(text)));
  }
}
