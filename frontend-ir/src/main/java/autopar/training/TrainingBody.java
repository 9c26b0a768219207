package autopar.training;

import autopar.ir.graph.Body;
import autopar.ir.graph.Value;
import java.util.List;

/**
 * A body with its backward pass.
 *
 * <p>{@code values} extends the forward body's values (same ids) by those of the backward phase.
 * {@code saved} lists the forward values (node results and non-parameter arguments) that the
 * backward phase reads and that therefore live from forward to backward of every micro-batch in
 * flight. {@code resultGradients} are the incoming gradients, one per forward result (or -1);
 * {@code argumentGradients} one per argument (or -1 where none is needed); {@code
 * parameterGradients} one per parameter (or -1 for frozen ones).
 */
public record TrainingBody(
    Body forward,
    RecomputeMode recompute,
    List<Value> values,
    List<TrainingNode> backward,
    List<Integer> saved,
    List<Integer> resultGradients,
    List<Integer> argumentGradients,
    List<Integer> parameterGradients) {

  public TrainingBody {
    values = List.copyOf(values);
    backward = List.copyOf(backward);
    saved = List.copyOf(saved);
    resultGradients = List.copyOf(resultGradients);
    argumentGradients = List.copyOf(argumentGradients);
    parameterGradients = List.copyOf(parameterGradients);
  }

  /**
   * The saved values whose memory this body answers for: a saved result is the argument that
   * whatever runs next keeps, and is counted there.
   */
  public List<Integer> savedHere() {
    return saved.stream().filter(v -> !forward.results().contains(v)).toList();
  }
}
