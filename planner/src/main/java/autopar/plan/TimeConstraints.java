package autopar.plan;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** P23 to P25: the parts of a step add up to it. */
record TimeConstraints(Plan plan, List<PlanViolation> found) {
  private static final double TOLERANCE = 1e-9;

  void check() {
    for (StagePlan stage : plan.stages()) {
      if (stage.predicted().passes().size() != plan.schedule().virtualStages()) {
        return;
      }
      parts(stage);
    }
    double simulated = PlanTimeline.of(plan).stepSeconds();
    if (differ(simulated, plan.predicted().stepSeconds())) {
      add(
          "P24",
          "the schedule of the passes ends after "
              + simulated
              + " s, the step says "
              + plan.predicted().stepSeconds()
              + " s");
    }
    prices();
  }

  private void parts(StagePlan stage) {
    StagePrediction p = stage.predicted();
    double perMicroBatch = 0;
    double perStep = 0;
    for (TimePart part : p.time()) {
      if (part.kind().perStep()) {
        perStep += part.exposedSeconds();
      } else {
        perMicroBatch += part.exposedSeconds();
      }
    }
    double passes = 0;
    for (PassPrediction pass : p.passes()) {
      passes += pass.forwardSeconds() + pass.backwardSeconds();
    }
    same(stage, "micro-batch", perMicroBatch, passes);
    same(stage, "step", perStep, p.stepOverheadSeconds());
  }

  private void same(StagePlan stage, String per, double parts, double whole) {
    if (differ(parts, whole)) {
      add(
          "P23",
          "the time of stage "
              + stage.index()
              + " per "
              + per
              + " sums to "
              + parts
              + " s, its passes and overhead say "
              + whole
              + " s");
    }
  }

  private void prices() {
    Set<LayerPrice.Use> priced = new HashSet<>();
    for (LayerPrice price : plan.layerPrices()) {
      for (LayerPrice.Use use : price.uses()) {
        if (!priced.add(use)) {
          add("P25", "the layers of " + use + " are priced twice");
        }
      }
    }
    for (LayerStrategy s : plan.strategies()) {
      if (!priced.remove(new LayerPrice.Use(s.stage(), s.chunk(), s.section(), s.instances()))) {
        add(
            "P25",
            "layers "
                + s.instances().from()
                + " to "
                + s.instances().to()
                + " of section "
                + s.section()
                + " have no price on stage "
                + s.stage());
      }
    }
    priced.forEach(use -> add("P25", "a price is for layers without a strategy: " + use));
  }

  private static boolean differ(double a, double b) {
    return Math.abs(a - b) > TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
  }

  private void add(String constraint, String message) {
    found.add(new PlanViolation(constraint, message));
  }
}
