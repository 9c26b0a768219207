package autopar.interop;

import autopar.intraop.LayerOption;
import autopar.strategy.AxisUse;
import autopar.strategy.PricedMesh;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/** What one search derives from the ways to run each section's body, per mesh and micro-batch. */
final class LayerPools {

  /**
   * The options of each section on one mesh at one micro-batch, and the boundary codes they use.
   */
  static final class Pool {
    private final PricedMesh mesh;
    private final int microBatch;
    private final LayerSolutions.Solved solved;
    private final ConcurrentMap<Long, LayerPoints> points = new ConcurrentHashMap<>();

    private Pool(PricedMesh mesh, int microBatch, LayerSolutions.Solved solved) {
      this.mesh = mesh;
      this.microBatch = microBatch;
      this.solved = solved;
    }

    PricedMesh mesh() {
      return mesh;
    }

    int microBatch() {
      return microBatch;
    }

    int[] boundaryCodes() {
      return solved.boundaryCodes();
    }

    /** The options of section {@code section}. */
    List<LayerOption> options(int section) {
      return solved.options().get(section);
    }

    /**
     * Seconds per micro-batch that no strategy runs section {@code section} in, infinite where none
     * can; nothing is recomputed or synchronized.
     */
    double leastSeconds(int section) {
      return solved.leastSeconds()[section];
    }

    /** What was derived from the options, by a key of the caller's; computed once. */
    LayerPoints points(long key, Supplier<LayerPoints> compute) {
      LayerPoints known = points.get(key);
      return known != null ? known : points.computeIfAbsent(key, k -> compute.get());
    }

    /** True when some section cannot run on this mesh at all. */
    boolean empty() {
      return solved.options().stream().anyMatch(List::isEmpty);
    }
  }

  private record Key(PricedMesh mesh, int microBatch, AxisUse use) {}

  private final LayerSolutions solutions;
  private final ConcurrentMap<Key, Pool> pools = new ConcurrentHashMap<>();

  LayerPools(LayerSolutions solutions) {
    this.solutions = solutions;
  }

  /** How many layer problems were solved so far. */
  int solved() {
    return solutions.count();
  }

  /** The options of every section on {@code mesh}. */
  Pool pool(PricedMesh mesh, int microBatch, AxisUse use) {
    return pools.computeIfAbsent(
        new Key(mesh, microBatch, use),
        key -> new Pool(mesh, microBatch, solutions.on(mesh, microBatch, use)));
  }
}
