package autopar.interop;

import autopar.cluster.Cluster;
import autopar.cluster.GroupShape;
import autopar.cluster.GroupShapes;
import autopar.cluster.HostKinds;
import autopar.strategy.PricedMesh;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Every pipeline of a chain on the devices of a cluster: all cuts, all widths, idle tails too and,
 * where hosts differ, idle devices anywhere. Meshes are laid out here, device by device.
 */
final class AllPipelines {

  private final Workpiece work;
  private final SearchSpace space;
  private final StagePricer pricer;
  private final StageTable table;
  private final DeviceOrder order;
  private final Cluster cluster;
  private final Map<List<Integer>, PricedMesh> meshes = new HashMap<>();

  AllPipelines(StagePricer pricer, SearchSpace space, StageTable table, Cluster cluster) {
    this.work = pricer.work();
    this.pricer = pricer;
    this.space = space;
    this.table = table;
    this.cluster = cluster;
    this.order = DeviceOrder.hostMajor(cluster);
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
      int lastStart = cluster.groups().size() > 1 ? space.devices() - 1 : device;
      for (int start = device; start <= lastStart; start++) {
        for (int end = start + 1; end <= space.devices(); end++) {
          PricedStage stage = fastest(new LayerRange(unit, to), start, end - start, inFlight);
          if (stage == null) {
            continue;
          }
          stages.add(stage);
          first.add(start);
          extend(left - 1, to, end, stages, first, visit);
          stages.removeLast();
          first.removeLast();
        }
      }
    }
  }

  /** The fastest stage over all meshes, each of them priced. */
  private PricedStage fastest(LayerRange layers, int first, int width, double inFlight) {
    PricedStage best = null;
    for (int[] sizes : space.meshes(width, table.microBatch())) {
      PricedMesh mesh =
          meshes.computeIfAbsent(List.of(first, sizes[0], sizes[1]), key -> laid(first, sizes));
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

  private PricedMesh laid(int first, int[] sizes) {
    GroupShape[] groups = new GroupShape[1 << sizes.length];
    for (int mask = 1; mask < groups.length; mask++) {
      groups[mask] = GroupShapes.of(cluster, first, sizes, mask);
    }
    HostKinds kinds = cluster.kindsOf(first, 1);
    for (int device = first; device < first + sizes[0] * sizes[1]; device++) {
      kinds = kinds.and(cluster.kindsOf(device, 1));
    }
    return new PricedMesh(sizes, groups, kinds);
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
