package autopar.plan;

import java.util.List;

/** P10 to P14: figures that follow from one another. */
record ArithmeticConstraints(Plan plan, List<PlanViolation> found) {
  private static final double TOLERANCE = 1e-9;

  void check() {
    microBatches();
    PlanPrediction p = plan.predicted();
    double samples = plan.workload().globalBatch() / p.stepSeconds();
    same("P11", "samples_per_s", p.samplesPerSecond(), samples);
    same("P11", "tokens_per_s", p.tokensPerSecond(), samples * plan.workload().sequence());
    double flops = samples * plan.model().flopsPerSample() / plan.devices();
    same("P12", "tflops_per_device", p.tflopsPerDevice(), flops / 1e12);
    same("P12", "mfu", p.mfu(), flops / plan.cluster().peakFlopsPerDevice());
    bound(p);
    for (StagePlan stage : plan.stages()) {
      passes(stage);
    }
  }

  private void microBatches() {
    long expected = Math.ceilDiv(plan.workload().globalBatch(), plan.microBatch());
    if (plan.microBatch() > plan.workload().globalBatch()) {
      add("P10", "the micro-batch is larger than the global batch");
    } else if (plan.microBatches() != expected) {
      add(
          "P10",
          plan.workload().globalBatch()
              + " samples in micro-batches of "
              + plan.microBatch()
              + " are "
              + expected
              + ", not "
              + plan.microBatches());
    }
  }

  private void bound(PlanPrediction p) {
    if (p.lowerBoundSeconds() > p.stepSeconds() * (1 + TOLERANCE)) {
      add(
          "P13",
          "the lower bound "
              + p.lowerBoundSeconds()
              + " s is above the step time "
              + p.stepSeconds()
              + " s");
    }
    double gap = (p.stepSeconds() - p.lowerBoundSeconds()) / p.stepSeconds();
    if (Math.abs(gap - p.gap()) > TOLERANCE) {
      add("P13", "the gap is " + p.gap() + ", bound and step time give " + gap);
    }
  }

  private void passes(StagePlan stage) {
    StagePrediction s = stage.predicted();
    if (s.passes().size() != plan.schedule().virtualStages()) {
      add(
          "P14",
          "stage "
              + stage.index()
              + " states "
              + s.passes().size()
              + " passes for "
              + plan.schedule().virtualStages()
              + " virtual stages");
      return;
    }
    double perMicroBatch = 0;
    for (PassPrediction pass : s.passes()) {
      perMicroBatch += pass.forwardSeconds() + pass.backwardSeconds();
    }
    double compute = s.forwardSeconds() + s.backwardSeconds();
    if (perMicroBatch < compute * (1 - TOLERANCE)
        || perMicroBatch > (compute + s.communicationSeconds()) * (1 + TOLERANCE)) {
      add(
          "P14",
          "the passes of stage "
              + stage.index()
              + " take "
              + perMicroBatch
              + " s, compute and communication "
              + compute
              + " + "
              + s.communicationSeconds()
              + " s");
    }
    shares(stage);
    boolean ragged = plan.workload().globalBatch() % plan.microBatch() != 0;
    int full = plan.microBatches() - (ragged ? 1 : 0);
    if (full * perMicroBatch > plan.predicted().stepSeconds() * (1 + TOLERANCE)) {
      add(
          "P14",
          "stage "
              + stage.index()
              + " alone takes "
              + full * perMicroBatch
              + " s of a step of "
              + plan.predicted().stepSeconds()
              + " s");
    }
  }

  private void shares(StagePlan stage) {
    StagePrediction s = stage.predicted();
    PredictedShares shares = s.shares();
    within(stage, "recompute_s", shares.recomputeSeconds(), "backward_s", s.backwardSeconds());
    within(
        stage,
        "gather_s and send_s",
        shares.gatherSeconds() + shares.sendSeconds(),
        "communication_s",
        s.communicationSeconds());
    within(stage, "update_s", shares.updateSeconds(), "step_overhead_s", s.stepOverheadSeconds());
  }

  private void within(StagePlan stage, String part, double seconds, String whole, double limit) {
    if (seconds < 0 || seconds > limit + TOLERANCE * Math.max(1, limit)) {
      add(
          "P14",
          "stage "
              + stage.index()
              + " states "
              + part
              + " of "
              + seconds
              + " s within "
              + whole
              + " of "
              + limit
              + " s");
    }
  }

  private void same(String constraint, String key, double stated, double expected) {
    if (Math.abs(stated - expected) > TOLERANCE * Math.max(1, Math.abs(expected))) {
      add(constraint, key + " is " + stated + ", the step time gives " + expected);
    }
  }

  private void add(String constraint, String message) {
    found.add(new PlanViolation(constraint, message));
  }
}
