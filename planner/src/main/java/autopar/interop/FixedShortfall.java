package autopar.interop;

import autopar.strategy.PricedMesh;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How far pipelines whose stages are decided beforehand are from fitting: the least over layer cuts
 * of what the worst stage lacks at its leanest, by dynamic programming from the last stage. O(S
 * K^2) stages for S stages and K units, most of which share a price.
 */
final class FixedShortfall {
  private final StagePricer pricer;
  private final SearchSpace space;
  private final MeshCatalog catalog;
  private final StageTable table;
  private final int microBatch;
  private final int microBatches;
  private final Map<List<Integer>, Double> known = new HashMap<>();

  FixedShortfall(StagePricer pricer, SearchSpace space, MeshCatalog catalog, int microBatch) {
    this.pricer = pricer;
    this.space = space;
    this.catalog = catalog;
    this.table = new StageTable(pricer, space, catalog, microBatch);
    this.microBatch = microBatch;
    this.microBatches = pricer.work().microBatches(microBatch);
  }

  /** The shortfall at this micro-batch; unknown where a stage has no width or no mesh admits it. */
  Shortfall shortfall() {
    int stages = space.fixed().size();
    int units = pricer.work().chain().units();
    int[] first = new int[stages];
    for (int i = 0, next = 0; i < stages; i++) {
      if (space.fixed().get(i).devices().isEmpty()) {
        return Shortfall.UNKNOWN;
      }
      first[i] = next;
      next += space.fixed().get(i).devices().getAsInt();
    }
    double[] rest = new double[units + 1];
    int[][] cut = new int[stages][units + 1];
    Arrays.fill(rest, Double.POSITIVE_INFINITY);
    rest[units] = 0;
    for (int i = stages - 1; i >= 0; i--) {
      double[] here = new double[units + 1];
      Arrays.fill(here, Double.POSITIVE_INFINITY);
      for (int from = 0; from < units; from++) {
        for (int to = from + 1; to <= units; to++) {
          double worst = rest[to];
          if (worst < here[from]) {
            worst = Math.max(worst, missing(i, from, to, first[i]));
          }
          if (worst < here[from]) {
            here[from] = worst;
            cut[i][from] = to;
          }
        }
      }
      rest = here;
    }
    return Double.isInfinite(rest[0])
        ? Shortfall.UNKNOWN
        : new Shortfall(rest[0], worstStage(cut, first), "the forced stages", microBatch);
  }

  private int worstStage(int[][] cut, int[] first) {
    int worst = 0;
    double most = -1;
    for (int i = 0, from = 0; i < cut.length; i++) {
      double missing = missing(i, from, cut[i][from], first[i]);
      if (missing > most) {
        most = missing;
        worst = i;
      }
      from = cut[i][from];
    }
    return worst;
  }

  private double missing(int stage, int from, int to, int first) {
    FixedStage fixed = space.fixed().get(stage);
    if (!space.admits(stage, from, to, fixed.devices().orElseThrow())) {
      return Double.POSITIVE_INFINITY;
    }
    return known.computeIfAbsent(
        List.of(stage, table.signature(from, to)), key -> priced(stage, from, to, first));
  }

  private double priced(int stage, int from, int to, int first) {
    FixedStage fixed = space.fixed().get(stage);
    int stages = space.fixed().size();
    double inFlight = pricer.work().inFlight(stages - stage, stages, microBatches);
    double least = Double.POSITIVE_INFINITY;
    for (int[] sizes : meshes(fixed)) {
      PricedMesh mesh = catalog.at(first, sizes);
      StagePricer.Answer answer =
          pricer.price(
              new StagePricer.Request(
                  List.of(new LayerRange(from, to)), mesh, microBatch, inFlight));
      least = Math.min(least, answer.missingBytes());
    }
    return least;
  }

  private List<int[]> meshes(FixedStage fixed) {
    if (fixed.mesh().isPresent()) {
      FixedStage.MeshSizes sizes = fixed.mesh().get();
      return space.admitsBatch(sizes.data(), microBatch)
          ? List.of(new int[] {sizes.data(), sizes.tensor()})
          : List.of();
    }
    return space.meshes(fixed.devices().orElseThrow(), microBatch);
  }
}
