package autopar.training;

import autopar.ir.graph.Body;
import autopar.ir.graph.Value;
import java.util.Collections;
import java.util.List;

/**
 * What the surroundings of a body want from its backward pass.
 *
 * @param argumentNeedsGradient per argument: something trainable lies before it
 * @param resultHasGradient per result: the loss depends on it
 */
public record BodyContext(List<Boolean> argumentNeedsGradient, List<Boolean> resultHasGradient) {

  public BodyContext {
    argumentNeedsGradient = List.copyOf(argumentNeedsGradient);
    resultHasGradient = List.copyOf(resultHasGradient);
  }

  /** Gradients for all real arguments from all real results. */
  static BodyContext everything(Body body) {
    return new BodyContext(
        body.arguments().stream().map(a -> body.value(a).type().element().isReal()).toList(),
        body.results().stream().map(r -> body.value(r).type().element().isReal()).toList());
  }

  /** No result has a gradient: a body that the loss does not depend on. */
  static BodyContext nothing(Body body) {
    return new BodyContext(
        Collections.nCopies(body.arguments().size(), false),
        Collections.nCopies(body.results().size(), false));
  }

  static boolean isReal(Value value) {
    return value.type().element().isReal();
  }
}
