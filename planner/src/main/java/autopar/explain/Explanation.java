package autopar.explain;

import autopar.plan.Plan;
import java.util.List;

/**
 * Why a plan is as it is.
 *
 * @param parts where its step goes
 * @param binding what keeps it from being faster
 * @param keepable whether forcing the plan's own layout gives the plan again; where it does not
 *     (devices taken in columns of hosts), nothing was asked with the rest kept
 */
public record Explanation(
    Plan plan,
    StepParts parts,
    List<DecisionReport> decisions,
    Binding binding,
    List<Sensitivity> sensitivities,
    boolean keepable) {

  public Explanation {
    decisions = List.copyOf(decisions);
    sensitivities = List.copyOf(sensitivities);
  }
}
