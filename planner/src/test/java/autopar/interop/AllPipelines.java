package autopar.interop;

import autopar.strategy.PricedMesh;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Every pipeline of a chain on the devices of a space: all cuts, all widths, idle tails too. */
final class AllPipelines {

  private final Workpiece work;
  private final SearchSpace space;
  private final StagePricer pricer;
  private final StageTable table;
  private final DeviceOrder order;

  AllPipelines(StagePricer pricer, SearchSpace space, StageTable table, DeviceOrder order) {
    this.work = pricer.work();
    this.pricer = pricer;
    this.space = space;
    this.table = table;
    this.order = order;
  }

  void forEach(Consumer<Candidate> visit) {
    for (int stages = 1; stages <= Math.min(work.chain().units(), space.devices()); stages++) {
      extend(stages, 0, 0, new ArrayList<>(), new ArrayList<>(), visit);
    }
  }

  private void extend(
      int left,
      int unit,
      int device,
      List<PricedStage> stages,
      List<Integer> first,
      Consumer<Candidate> visit) {
    int units = work.chain().units();
    if (left == 0) {
      if (unit == units) {
        visit.accept(new Candidate(table.microBatch(), order, stages, first));
      }
      return;
    }
    int microBatches = work.microBatches(table.microBatch());
    double inFlight = work.inFlight(left, stages.size() + left, microBatches);
    for (int to = unit + 1; to <= units; to++) {
      for (int end = device + 1; end <= space.devices(); end++) {
        PricedStage stage = fastest(new LayerRange(unit, to), device, end - device, inFlight);
        if (stage == null) {
          continue;
        }
        stages.add(stage);
        first.add(device);
        extend(left - 1, to, end, stages, first, visit);
        stages.removeLast();
        first.removeLast();
      }
    }
  }

  /** The fastest stage over all meshes, each of them priced. */
  private PricedStage fastest(LayerRange layers, int first, int width, double inFlight) {
    PricedStage best = null;
    for (PricedMesh mesh : table.meshes(first % space.devicesPerHost(), width)) {
      PricedStage stage =
          pricer
              .price(new StagePricer.Request(List.of(layers), mesh, table.microBatch(), inFlight))
              .stage();
      if (stage != null && (best == null || table.effective(stage) < table.effective(best))) {
        best = stage;
      }
    }
    return best;
  }

  /** The step that the search minimizes: (m - 1) times the slowest stage, and all of them once. */
  double estimate(Candidate candidate) {
    double slowest = 0;
    double sum = 0;
    for (PricedStage stage : candidate.stages()) {
      slowest = Math.max(slowest, table.effective(stage));
      sum += table.effective(stage);
    }
    int microBatches = work.microBatches(table.microBatch());
    return Math.max(microBatches * slowest, (microBatches - 1) * slowest + sum);
  }
}
