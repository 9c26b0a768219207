package autopar.training;

import autopar.diagnostics.CompilerBug;
import autopar.ir.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The variants of a training body that trade memory for computing forward values again. */
public final class ApplyRecompute {

  private ApplyRecompute() {}

  /**
   * {@code body}, derived without recomputation, under {@code mode}; {@code saved} shrinks to what
   * the mode keeps.
   */
  public static TrainingBody to(TrainingBody body, RecomputeMode mode) {
    if (body.recompute() != RecomputeMode.NONE) {
      throw new CompilerBug("ApplyRecompute", mode.text(), "the body already recomputes");
    }
    if (mode == RecomputeMode.NONE) {
      return body;
    }
    TrainingBody plain = withoutRecomputed(body);
    TrainingBody variant = Rematerialize.dropping(plain, mode, DroppedValues.of(plain, mode));
    TrainingBodyVerifier.verify(variant);
    return variant;
  }

  /** Reads the forward values again that {@code body} recomputes. */
  private static TrainingBody withoutRecomputed(TrainingBody body) {
    Map<Integer, Integer> original = new HashMap<>();
    for (TrainingNode node : body.backward()) {
      if (node.recomputed()) {
        List<Integer> results = body.forward().nodes().get(node.origin()).results();
        for (int i = 0; i < results.size(); i++) {
          original.put(node.results().get(i), results.get(i));
        }
      }
    }
    int[] renumbered = new int[body.values().size()];
    List<Value> values = new ArrayList<>();
    for (Value value : body.values()) {
      Integer source = original.get(value.id());
      renumbered[value.id()] = source == null ? values.size() : source;
      if (source == null) {
        values.add(new Value(values.size(), value.name(), value.type()));
      }
    }
    List<TrainingNode> backward =
        body.backward().stream()
            .filter(n -> !n.recomputed())
            .map(n ->
                new TrainingNode(
                    n.name(),
                    n.op(),
                    n.origin(),
                    false,
                    renumber(n.operands(), renumbered),
                    renumber(n.results(), renumbered)))
            .toList();
    return new TrainingBody(
        body.forward(),
        body.recompute(),
        values,
        backward,
        body.saved(),
        renumber(body.resultGradients(), renumbered),
        renumber(body.argumentGradients(), renumbered),
        renumber(body.parameterGradients(), renumbered));
  }

  private static List<Integer> renumber(List<Integer> ids, int[] renumbered) {
    return ids.stream().map(id -> id < 0 ? id : renumbered[id]).toList();
  }
}
