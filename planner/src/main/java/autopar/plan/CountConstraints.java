package autopar.plan;

import java.util.List;

/** P1: what every other constraint relies on. */
record CountConstraints(Plan plan, List<PlanViolation> found) {

  void check() {
    atLeast(1, "devices", plan.devices());
    atLeast(1, "micro_batch", plan.microBatch());
    atLeast(1, "micro_batches", plan.microBatches());
    atLeast(1, "workload.global_batch", plan.workload().globalBatch());
    atLeast(1, "workload.sequence", plan.workload().sequence());
    atLeast(1, "schedule.virtual_stages", plan.schedule().virtualStages());
    atLeast(0, "model.parameters", plan.model().parameters());
    atLeast(0, "model.trainable_parameters", plan.model().trainableParameters());
    atLeast(0, "model.layers", plan.model().layers());
    plan.cluster().groups().forEach(this::hosts);
    atLeast(1, "cluster.hosts", plan.cluster().hosts());
    atLeast(1, "cluster.devices_per_host", plan.cluster().devicesPerHost());
    atLeast(1, "cluster.memory_bytes_per_device", plan.cluster().memoryBytesPerDevice());
    amount("model.flops_per_sample", plan.model().flopsPerSample());
    positive("cluster.peak_flops_per_device", plan.cluster().peakFlopsPerDevice());
    atLeast(1, "the number of stages", plan.stages().size());
    for (int i = 0; i < plan.stages().size(); i++) {
      stage(i, plan.stages().get(i));
    }
    predicted(plan.predicted());
    amount("search.wall_s", plan.search().wallSeconds());
  }

  private void hosts(PlanHosts group) {
    atLeast(1, "cluster.host_groups hosts", group.hosts());
    atLeast(1, "cluster.host_groups devices_per_host", group.devicesPerHost());
    atLeast(1, "cluster.host_groups memory_bytes_per_device", group.memoryBytesPerDevice());
    positive("cluster.host_groups peak_flops_per_device", group.peakFlopsPerDevice());
  }

  private void stage(int i, StagePlan stage) {
    String name = "stages[" + i + "]";
    if (stage.index() != i) {
      add(name + " has index " + stage.index());
    }
    for (MeshAxis axis : stage.mesh()) {
      atLeast(1, name + " axis " + axis.name(), axis.size());
    }
    atLeast(0, name + " recompute.none", stage.recompute().none());
    atLeast(0, name + " recompute.selective", stage.recompute().selective());
    atLeast(0, name + " recompute.full", stage.recompute().full());
    StagePrediction predicted = stage.predicted();
    amount(name + " forward_s", predicted.forwardSeconds());
    amount(name + " backward_s", predicted.backwardSeconds());
    amount(name + " communication_s", predicted.communicationSeconds());
    amount(name + " step_overhead_s", predicted.stepOverheadSeconds());
    for (TimePart part : predicted.time()) {
      amount(name + " time." + part.kind().text(), part.exposedSeconds());
      amount(name + " time." + part.kind().text(), part.hiddenSeconds());
    }
    for (PassPrediction pass : predicted.passes()) {
      amount(name + " passes.forward_s", pass.forwardSeconds());
      amount(name + " passes.backward_s", pass.backwardSeconds());
      amount(name + " passes.send_forward_s", pass.sendForwardSeconds());
      amount(name + " passes.send_backward_s", pass.sendBackwardSeconds());
    }
    MemoryBreakdown memory = predicted.memory();
    atLeast(0, name + " memory_bytes.parameters", memory.parameters());
    atLeast(0, name + " memory_bytes.gradients", memory.gradients());
    atLeast(0, name + " memory_bytes.optimizer", memory.optimizer());
    atLeast(0, name + " memory_bytes.activations", memory.activations());
    atLeast(0, name + " memory_bytes.workspace", memory.workspace());
  }

  private void predicted(PlanPrediction predicted) {
    positive("predicted.step_s", predicted.stepSeconds());
    amount("predicted.tokens_per_s", predicted.tokensPerSecond());
    amount("predicted.samples_per_s", predicted.samplesPerSecond());
    amount("predicted.tflops_per_device", predicted.tflopsPerDevice());
    amount("predicted.mfu", predicted.mfu());
    amount("predicted.bubble_fraction", predicted.bubbleFraction());
    amount("predicted.lower_bound_s", predicted.lowerBoundSeconds());
    amount("predicted.fixed_step_s", predicted.fixedStepSeconds());
    if (predicted.bubbleFraction() >= 1) {
      add("predicted.bubble_fraction is " + predicted.bubbleFraction() + ", not below 1");
    }
    if (!Double.isFinite(predicted.gap())) {
      add("predicted.gap is " + predicted.gap());
    }
  }

  private void atLeast(long least, String what, long value) {
    if (value < least) {
      add(what + " is " + value + ", at least " + least + " is needed");
    }
  }

  private void amount(String what, double value) {
    if (!Double.isFinite(value) || value < 0) {
      add(what + " is " + value + ", not a finite amount");
    }
  }

  private void positive(String what, double value) {
    if (!Double.isFinite(value) || value <= 0) {
      add(what + " is " + value + ", not a positive number");
    }
  }

  private void add(String message) {
    found.add(new PlanViolation("P1", message));
  }
}
