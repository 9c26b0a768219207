package autopar.interop;

import autopar.strategy.PricedMesh;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fastest stage for a range of layers on a range of devices at one micro-batch, over all
 * meshes; priced on first demand. Ranges that hold the same layers and lie alike on the hosts share
 * one entry, so the table stays small however many layers and hosts there are.
 */
final class StageTable {
  /** More than a cluster has devices. */
  private static final long RADIX = 1L << 17;

  /** More than quarters of micro-batches in flight that differ within a table. */
  private static final long MOST_QUARTERS = 1L << 13;

  private final StagePricer pricer;
  private final SearchSpace space;
  private final MeshCatalog catalog;
  private final int microBatch;
  private final int[][] signature;
  private final Map<Long, PricedStage> entries = new HashMap<>();
  private final Map<Long, List<PricedMesh>> meshes = new HashMap<>();
  private final Map<Integer, List<PricedMesh>> leastMeshes = new HashMap<>();
  private long priced;

  StageTable(StagePricer pricer, SearchSpace space, MeshCatalog catalog, int microBatch) {
    this.pricer = pricer;
    this.space = space;
    this.catalog = catalog;
    this.microBatch = microBatch;
    this.signature = signatures(pricer.work().chain());
  }

  private static int[][] signatures(Chain chain) {
    Map<List<Integer>, Integer> known = new HashMap<>();
    int n = chain.units();
    int[][] signature = new int[n + 1][n + 1];
    for (int from = 0; from < n; from++) {
      for (int to = from + 1; to <= n; to++) {
        List<Integer> counts = new ArrayList<>();
        for (int s = 0; s < chain.sections(); s++) {
          counts.add(chain.count(s, from, to));
        }
        Integer id = known.putIfAbsent(counts, known.size());
        signature[from][to] = id == null ? known.size() - 1 : id;
      }
    }
    return signature;
  }

  /** A number that ranges share when they hold the same layers. */
  int signature(int from, int to) {
    return signature[from][to];
  }

  /** The fastest stage of the decided mesh, or null where it does not fit. */
  PricedStage fixed(int from, int to, int first, FixedStage.MeshSizes sizes, double inFlight) {
    if (!space.admitsBatch(sizes.data(), microBatch)) {
      return null;
    }
    PricedMesh mesh = catalog.at(first, sizes.data(), sizes.tensor());
    return price(from, to, mesh, inFlight);
  }

  /**
   * The fastest stage over all meshes, or null where none fits or none can stay below {@code most}
   * seconds; {@code most} must be the same for all questions to one table.
   */
  PricedStage best(
      int from, int to, int first, int width, double inFlight, WorkBound bound, double most) {
    int place = space.line().placeOf(first, width);
    long key =
        (((signature[from][to] * RADIX + width) * RADIX + place) * MOST_QUARTERS)
            + Math.round(inFlight * 4);
    if (entries.containsKey(key)) {
      return moved(entries.get(key), from, to);
    }
    PricedStage best = null;
    int range = space.line().classOf(first, width);
    List<PricedMesh> all = meshes(place, width);
    for (int i = 0; i < all.size(); i++) {
      double least = bound.meshSeconds(from, to, range, i);
      if (least > most || (best != null && least >= effective(best))) {
        continue;
      }
      PricedStage stage = price(from, to, all.get(i), inFlight);
      if (stage != null && (best == null || effective(stage) < effective(best))) {
        best = stage;
      }
    }
    entries.put(key, best);
    return best;
  }

  private PricedStage price(int from, int to, PricedMesh mesh, double inFlight) {
    priced++;
    return pricer
        .price(
            new StagePricer.Request(List.of(new LayerRange(from, to)), mesh, microBatch, inFlight))
        .stage();
  }

  private static PricedStage moved(PricedStage stage, int from, int to) {
    LayerRange range = new LayerRange(from, to);
    if (stage == null || stage.layers().getFirst().equals(range)) {
      return stage;
    }
    return stage.withLayers(List.of(range));
  }

  /** Meshes of a width at a place, fewest tensor devices first. */
  List<PricedMesh> meshes(int place, int width) {
    return meshes.computeIfAbsent(
        place * RADIX + width,
        k -> {
          List<PricedMesh> all = new ArrayList<>();
          for (int[] sizes : space.meshes(width, microBatch)) {
            all.add(catalog.at(place, sizes));
          }
          return all;
        });
  }

  /**
   * Meshes on ranges of a class, as well placed as can be, see {@link MeshCatalog#least}; in the
   * order of {@link #meshes}.
   */
  List<PricedMesh> leastMeshes(int rangeClass) {
    DeviceLine line = space.line();
    return leastMeshes.computeIfAbsent(
        rangeClass,
        c ->
            space.meshes(line.widthOf(c), microBatch).stream()
                .map(sizes -> catalog.least(line.kindsOf(c), sizes))
                .toList());
  }

  /** Seconds per micro-batch with the step's overhead shared out. */
  double effective(PricedStage stage) {
    return stage.seconds() + stage.overhead() / pricer.work().microBatches(microBatch);
  }

  long priced() {
    return priced;
  }

  int microBatch() {
    return microBatch;
  }
}
