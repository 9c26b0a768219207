package autopar.explain;

import java.util.List;
import java.util.Optional;

/**
 * A decision, and all that was tried instead: what fits first, fastest first; of what does not fit,
 * what lacks least first.
 *
 * @param forced whether the request itself decided it
 * @param runnerUp the fastest plan in which this decision is otherwise
 */
public record DecisionReport(
    Decision decision,
    String chosen,
    boolean forced,
    Optional<Compared> runnerUp,
    List<Alternative> tried) {

  public DecisionReport {
    tried = List.copyOf(tried);
  }
}
