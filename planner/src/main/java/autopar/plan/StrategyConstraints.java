package autopar.plan;

import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.List;

/** P22: every layer of every stage has one strategy, on axes that its mesh has. */
record StrategyConstraints(Plan plan, List<PlanViolation> found) {

  void check() {
    for (LayerStrategy strategy : plan.strategies()) {
      if (strategy.stage() < 0 || strategy.stage() >= plan.stages().size()) {
        add("a strategy is for stage " + strategy.stage() + ", which does not exist");
        return;
      }
      StagePlan stage = plan.stages().get(strategy.stage());
      shape(stage, strategy);
    }
    plan.stages().forEach(this::layers);
    overlaps();
  }

  private void shape(StagePlan stage, LayerStrategy strategy) {
    int axes = stage.mesh().size();
    String where = "the strategy of stage " + stage.index() + ", section " + strategy.section();
    if (strategy.chunk() < 0 || strategy.chunk() >= plan.schedule().virtualStages()) {
      add(where + " is for chunk " + strategy.chunk() + ", which does not exist");
    }
    if (strategy.instances().from() < 0 || strategy.instances().size() < 1) {
      add(where + " is for no layer");
    }
    if (strategy.boundary().size() != axes) {
      add(where + " has a boundary of " + strategy.boundary().size() + " axes, not " + axes);
    }
    for (LayerStrategy.NodeStrategy node : strategy.nodes()) {
      if (node.factors().size() != axes) {
        add(where + " gives " + node.node() + " " + node.factors().size() + " axes, not " + axes);
      }
    }
    for (LayerStrategy.HubStrategy hub : strategy.hubs()) {
      List<String> used = new ArrayList<>(hub.partial());
      hub.gradient().forEach(used::addAll);
      hub.sharding().forEach(used::addAll);
      for (String axis : used) {
        if (stage.mesh().stream().noneMatch(a -> a.name().equals(axis))) {
          add(where + " uses the axis '" + axis + "' for " + hub.value() + ", which is not there");
        }
      }
    }
  }

  /** The layers of a stage by recompute mode are those of its strategies. */
  private void layers(StagePlan stage) {
    int[] count = new int[RecomputeMode.values().length];
    int layered = 0;
    for (LayerStrategy strategy : plan.strategies()) {
      if (strategy.stage() == stage.index() && strategy.layered()) {
        count[strategy.recompute().ordinal()] += strategy.instances().size();
        layered += strategy.instances().size();
      }
    }
    for (RecomputeMode mode : RecomputeMode.values()) {
      if (count[mode.ordinal()] != stage.recompute().of(mode)) {
        add(
            "stage "
                + stage.index()
                + " has strategies for "
                + count[mode.ordinal()]
                + " layers that recompute "
                + mode.text()
                + ", not "
                + stage.recompute().of(mode));
      }
    }
    if (plan.model().layers() > 0 && layered != stage.layerCount()) {
      add("stage " + stage.index() + " has strategies for " + layered + " layers");
    }
  }

  private void overlaps() {
    for (int i = 0; i < plan.strategies().size(); i++) {
      for (int j = i + 1; j < plan.strategies().size(); j++) {
        LayerStrategy a = plan.strategies().get(i);
        LayerStrategy b = plan.strategies().get(j);
        if (a.section() == b.section()
            && a.instances().from() < b.instances().to()
            && b.instances().from() < a.instances().to()) {
          add("section " + a.section() + " has two strategies for one layer");
        }
      }
    }
  }

  private void add(String message) {
    found.add(new PlanViolation("P22", message));
  }
}
