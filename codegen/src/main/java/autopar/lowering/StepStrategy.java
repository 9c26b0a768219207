package autopar.lowering;

import autopar.diagnostics.CompilerBug;
import autopar.ir.graph.Body;
import autopar.plan.LayerStrategy;
import autopar.program.Layout;
import autopar.program.StageMesh;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A layer's strategy by the names and values of its body. */
final class StepStrategy {

  private final Map<String, List<String>> factors = new HashMap<>();
  private final Map<Integer, Layout> hubs = new HashMap<>();
  private final Map<String, Layout> gradients = new HashMap<>();

  StepStrategy(LayerStrategy strategy, Body body, StageMesh mesh) {
    strategy.nodes().forEach(n -> factors.put(n.node(), n.factors()));
    Map<String, Integer> ids = new HashMap<>();
    body.values().forEach(v -> ids.put(v.name(), v.id()));
    for (LayerStrategy.HubStrategy hub : strategy.hubs()) {
      hubs.put(ids.get(hub.value()), Parameters.layout(hub.sharding(), mesh));
      gradients.put(
          hub.value(),
          Parameters.layout(hub.gradient(), mesh)
              .withPartial(Parameters.mask(hub.partial(), mesh)));
    }
  }

  /** The factor per axis of a forward node. */
  List<String> factors(String node) {
    List<String> found = factors.get(node);
    if (found == null) {
      throw new CompilerBug("LowerPlan", node, "the plan does not say how it is split");
    }
    return found;
  }

  /** The layout that the readers of a value start from, or null. */
  Layout hub(int value) {
    return hubs.get(value);
  }

  /** Where the gradients of a value are summed, by the name of the sum: {@code grad(x).1}. */
  Optional<Layout> gradientHub(String sum) {
    int open = sum.indexOf('(');
    int close = sum.lastIndexOf(')');
    return open < 0 || close < open
        ? Optional.empty()
        : Optional.ofNullable(gradients.get(sum.substring(open + 1, close)));
  }
}
