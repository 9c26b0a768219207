package autopar.planner;

import autopar.cost.CostModel;
import autopar.interop.Chain;
import autopar.interop.DeviceLine;
import autopar.interop.FixedStage;
import autopar.interop.LayerRange;
import autopar.interop.MemoryLimits;
import autopar.interop.SearchSpace;
import autopar.interop.Workpiece;
import autopar.plan.OffloadTarget;
import autopar.schedule.ScheduleKind;
import autopar.strategy.AxisUse;
import autopar.training.OptimizerState;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Turns a request's options and forced decisions into the terms of the search. */
final class RequestedWork {

  private RequestedWork() {}

  static Workpiece of(PlanRequest request, Chain chain, CostModel cost) {
    PlanOptions options = request.options();
    Forced forced = options.forced();
    OptimizerState state =
        OptimizerState.of(
            request.optimizer(), request.precision(), forced.fp32Gradients().orElse(false));
    List<RecomputeMode> recompute = forced.recompute().map(List::of).orElse(options.recompute());
    List<Integer> zero =
        forced.zero().isPresent() ? List.of(forced.zero().getAsInt()) : options.zero();
    return new Workpiece(
        chain,
        cost,
        request.globalBatch(),
        request.precision(),
        request.optimizer(),
        new Workpiece.StateBytes(
            request.precision().bytes(), state.gradientBytes(), state.fullBytesPerElement()),
        schedule(options),
        forced.virtualStages().orElse(1),
        new AxisUse(true, forced.sequenceParallel()),
        recompute,
        zero,
        forced.zeroGroup().orElse(Integer.MAX_VALUE),
        forced.overlapGradients().orElse(true),
        options.offload().optimizer() != OffloadTarget.NONE,
        MemoryLimits.of(request.cluster()));
  }

  /**
   * 1F1B where it is allowed: it takes as long as GPipe and keeps fewer micro-batches, so GPipe is
   * only used on demand; interleaved schedules are priced on demand.
   */
  private static ScheduleKind schedule(PlanOptions options) {
    Optional<ScheduleKind> forced = options.forced().schedule();
    if (forced.isPresent()) {
      return forced.get();
    }
    if (options.forced().virtualStages().orElse(1) > 1) {
      return ScheduleKind.INTERLEAVED;
    }
    return options.schedules().contains(ScheduleKind.ONE_FORWARD_ONE_BACKWARD)
        ? ScheduleKind.ONE_FORWARD_ONE_BACKWARD
        : options.schedules().getFirst();
  }

  static SearchSpace space(PlanRequest request) {
    Forced forced = request.options().forced();
    OptionalInt replicaBatch =
        forced.microBatch().isPresent()
            ? OptionalInt.of((int) forced.microBatch().getAsLong())
            : OptionalInt.empty();
    return new SearchSpace(
        DeviceLine.of(request.cluster()),
        forced.tensor(),
        forced.data(),
        forced.stageCount(),
        replicaBatch,
        fixed(forced),
        false);
  }

  private static List<FixedStage> fixed(Forced forced) {
    List<FixedStage> stages = new ArrayList<>();
    int from = 0;
    boolean any =
        !forced.layers().isEmpty() || !forced.widths().isEmpty() || !forced.meshes().isEmpty();
    for (int i = 0; any && i < forced.stageCount().orElse(0); i++) {
      Optional<LayerRange> layers = Optional.empty();
      if (i < forced.layers().size()) {
        layers = Optional.of(new LayerRange(from, from + forced.layers().get(i)));
        from += forced.layers().get(i);
      }
      OptionalInt width =
          i < forced.widths().size() ? OptionalInt.of(forced.widths().get(i)) : OptionalInt.empty();
      Optional<FixedStage.MeshSizes> mesh =
          i < forced.meshes().size()
              ? Optional.of(
                  new FixedStage.MeshSizes(
                      forced.meshes().get(i).data(), forced.meshes().get(i).tensor()))
              : Optional.empty();
      stages.add(new FixedStage(layers, width, mesh));
    }
    return stages;
  }
}
