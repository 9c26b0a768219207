package autopar.interop;

import autopar.strategy.PricedMesh;
import java.util.ArrayList;
import java.util.List;

/**
 * The grid of pipelines people write by hand: p equal stages of a d x t mesh each, layers balanced,
 * every micro-batch size. It seeds the search, so that no answer is ever worse than the grid.
 */
final class UniformPipelines {

  private final StagePricer pricer;
  private final SearchSpace space;
  private final MeshCatalog catalog;
  private final DeviceOrder order;

  UniformPipelines(StagePricer pricer, SearchSpace space, MeshCatalog catalog, DeviceOrder order) {
    this.pricer = pricer;
    this.space = space;
    this.catalog = catalog;
    this.order = order;
  }

  /** One cell of the grid, on consecutive devices from {@code first} on. */
  record Cell(int first, int data, int tensor, int stages, int replicaBatch) {
    int microBatch() {
      return data * replicaBatch;
    }

    String words() {
      return stages
          + (stages == 1 ? " stage" : " stages")
          + " of data x tensor "
          + data
          + "x"
          + tensor;
    }
  }

  /**
   * Cells that use all devices or, where none fits exactly, nearly all of them; where hosts differ
   * also those on hosts that are alike.
   */
  List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (DeviceRange range : space.line().alike()) {
      addCells(cells, range.first(), range.width());
    }
    return cells;
  }

  private void addCells(List<Cell> cells, int first, int devices) {
    int units = pricer.work().chain().units();
    int virtual = pricer.work().virtualStages();
    int least = devices > 64 ? devices : (devices * 3 + 3) / 4;
    for (int b : space.replicaBatches()) {
      for (int d = 1; d <= devices; d++) {
        for (int p = 1; p <= Math.min(units / virtual, devices / d); p++) {
          for (int t = devices / (d * p); t >= 1 && d * t * p >= least; t--) {
            if (admits(d, t, p) && (long) b * d <= pricer.work().globalBatch()) {
              cells.add(new Cell(first, d, t, p, b));
            }
          }
        }
      }
    }
  }

  private boolean admits(int d, int t, int p) {
    boolean asked =
        (space.data().isEmpty() || space.data().getAsInt() == d)
            && (space.tensor().isEmpty() || space.tensor().getAsInt() == t)
            && (space.stages().isEmpty() || space.stages().getAsInt() == p);
    boolean placed = order.column() == order.devicesPerHost() || space.line().isOffset(d * t);
    return asked
        && placed
        && space.admits(layers(p), d, t)
        && space.meshes(d * t, SearchSpace.ANY_BATCH).stream().anyMatch(m -> m[1] == t);
  }

  /** The units of each of {@code stages} stages, one range per virtual stage. */
  private List<List<LayerRange>> layers(int stages) {
    int virtual = pricer.work().virtualStages();
    List<LayerRange> chunks = balanced(pricer.work().chain().units(), stages * virtual);
    List<List<LayerRange>> layers = new ArrayList<>();
    for (int i = 0; i < stages; i++) {
      List<LayerRange> own = new ArrayList<>();
      for (int chunk = i; chunk < chunks.size(); chunk += stages) {
        own.add(chunks.get(chunk));
      }
      layers.add(own);
    }
    return layers;
  }

  /** The pipeline of a cell, or what its worst stage lacks at its leanest. */
  record Outcome(Candidate candidate, Shortfall shortfall) {}

  Outcome outcome(Cell cell) {
    Outcome best = outcome(cell, pricer.work().zero());
    if (best.candidate() == null) {
      return best;
    }
    // A stage weighs its ZeRO stage as if nothing of a step's synchronization hid; here one ZeRO
    // stage for all is weighed with what really hides.
    for (int zero : pricer.work().zero()) {
      Outcome uniform = outcome(cell, List.of(zero));
      if (uniform.candidate() != null
          && estimate(uniform.candidate()) < estimate(best.candidate())) {
        best = uniform;
      }
    }
    return best;
  }

  private double estimate(Candidate candidate) {
    return candidate.estimate(
        pricer.work().microBatches(candidate.microBatch()), pricer.work().virtualStages());
  }

  /** As {@link #outcome(Cell)}, with only these ZeRO stages to choose from, stage by stage. */
  Outcome outcome(Cell cell, List<Integer> zero) {
    int stages = cell.stages();
    List<List<LayerRange>> layers = layers(stages);
    int microBatches = pricer.work().microBatches(cell.microBatch());
    List<PricedStage> priced = new ArrayList<>();
    double missing = 0;
    int worst = 0;
    List<Integer> first = new ArrayList<>();
    int width = cell.data() * cell.tensor();
    for (int i = 0; i < stages; i++) {
      PricedMesh mesh = catalog.at(cell.first() + i * width, cell.data(), cell.tensor());
      double inFlight = pricer.work().inFlight(stages - i, stages, microBatches);
      StagePricer.Answer answer =
          pricer.price(
              new StagePricer.Request(layers.get(i), mesh, cell.microBatch(), inFlight), zero);
      if (answer.missingBytes() > missing) {
        missing = answer.missingBytes();
        worst = i;
      }
      priced.add(answer.stage());
      first.add(cell.first() + i * width);
    }
    return missing > 0
        ? new Outcome(null, new Shortfall(missing, worst, cell.words(), cell.microBatch()))
        : new Outcome(new Candidate(cell.microBatch(), order, priced, first), Shortfall.UNKNOWN);
  }

  /** Units cut into {@code parts} contiguous ranges; the first ones hold one more. */
  static List<LayerRange> balanced(int units, int parts) {
    List<LayerRange> ranges = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < parts; i++) {
      int to = from + units / parts + (i < units % parts ? 1 : 0);
      ranges.add(new LayerRange(from, to));
      from = to;
    }
    return ranges;
  }
}
