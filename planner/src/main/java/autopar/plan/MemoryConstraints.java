package autopar.plan;

import autopar.schedule.ScheduleKind;
import java.util.List;

/** P8, P9, P15 and P19: what a device holds, counted again from the tensors. */
record MemoryConstraints(Plan plan, List<PlanViolation> found) {

  void check() {
    long peak = 0;
    for (StagePlan stage : plan.stages()) {
      total(stage);
      recount(stage);
      peak = Math.max(peak, stage.predicted().memory().total());
    }
    if (peak != plan.predicted().peakMemoryBytes()) {
      add(
          "P15",
          "peak_memory_bytes is "
              + plan.predicted().peakMemoryBytes()
              + ", the largest total of a stage is "
              + peak);
    }
    plan.tensors().forEach(this::held);
  }

  private void total(StagePlan stage) {
    MemoryBreakdown m = stage.predicted().memory();
    long sum = m.parameters() + m.gradients() + m.optimizer() + m.activations() + m.workspace();
    if (sum != m.total()) {
      add("P8", where(stage) + " sums to " + sum + " bytes, its total says " + m.total());
    }
    long limit = plan.cluster().usableBytes(onHosts(stage.devices()));
    if (m.total() > limit) {
      add("P8", where(stage) + " needs " + m.total() + " bytes of " + limit);
    }
  }

  /** The ranks that exist; P4 and P20 tell of others. */
  private List<Integer> onHosts(List<Integer> ranks) {
    long all = plan.cluster().groups().stream().mapToLong(PlanHosts::devices).sum();
    return ranks.stream().filter(rank -> rank >= 0 && rank < all).toList();
  }

  private void recount(StagePlan stage) {
    MemoryBreakdown stated = stage.predicted().memory();
    try {
      TensorBytes counted = TensorBytes.of(plan, stage);
      same(stage, "parameters", counted.parameters(), stated.parameters());
      same(stage, "gradients", counted.gradients(), stated.gradients());
      same(stage, "optimizer", counted.optimizer(), stated.optimizer());
      same(stage, "activations", counted.activations(), stated.activations());
    } catch (ArithmeticException e) {
      add("P9", "the tensors of " + where(stage) + " overflow 2^63 bytes");
    }
  }

  private void same(StagePlan stage, String category, long counted, long stated) {
    if (counted != stated) {
      add(
          "P9",
          where(stage)
              + " states "
              + stated
              + " bytes of "
              + category
              + ", its tensors hold "
              + counted);
    }
  }

  private void held(PlanTensor tensor) {
    if (tensor.saved().isEmpty() || tensor.stage() < 0 || tensor.stage() >= plan.stages().size()) {
      return;
    }
    SavedActivation saved = tensor.saved().get();
    StagePlan stage = plan.stages().get(tensor.stage());
    if (saved.chunk() < 0 || saved.chunk() >= stage.layers().size()) {
      add("P19", tensor.name() + " is in chunk " + saved.chunk() + ", which does not exist");
      return;
    }
    int most = Math.max(1, stage.recompute().of(saved.recompute()));
    if (saved.layers() < 1 || saved.layers() > most) {
      add(
          "P19",
          tensor.name()
              + " is held by "
              + saved.layers()
              + " layers of "
              + where(stage)
              + ", "
              + most
              + " recompute "
              + saved.recompute().text());
    }
    long expected = inFlight(stage.index());
    boolean exact = plan.schedule().virtualStages() == 1;
    if (saved.inFlight() > expected || (exact && saved.inFlight() != expected)) {
      add(
          "P19",
          tensor.name()
              + " is held for "
              + saved.inFlight()
              + " micro-batches on "
              + where(stage)
              + ", the schedule keeps "
              + expected
              + " in flight");
    }
  }

  /** Micro-batches in flight on a stage; per chunk at most all of them when interleaved. */
  private long inFlight(int stage) {
    ScheduleKind kind = plan.schedule().kind();
    int toTheEnd = plan.stages().size() - stage;
    if (kind == ScheduleKind.GPIPE || plan.schedule().virtualStages() > 1) {
      return plan.microBatches();
    }
    return Math.min(plan.microBatches(), toTheEnd);
  }

  private static String where(StagePlan stage) {
    return "stage " + stage.index();
  }

  private void add(String constraint, String message) {
    found.add(new PlanViolation(constraint, message));
  }
}
