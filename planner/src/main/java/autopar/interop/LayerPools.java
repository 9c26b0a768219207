package autopar.interop;

import autopar.cost.CostModel;
import autopar.intraop.BodyStructure;
import autopar.intraop.BoundaryCodes;
import autopar.intraop.LayerOption;
import autopar.intraop.LayerProblem;
import autopar.intraop.LayerSolver;
import autopar.ir.type.Precision;
import autopar.ir.type.TensorType;
import autopar.strategy.AxisUse;
import autopar.strategy.PricedMesh;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * For every mesh and micro-batch, the ways to run each section's body, solved once on first demand.
 */
final class LayerPools {

  /**
   * The options of each section on one mesh at one micro-batch, and the boundary codes they use.
   */
  static final class Pool {
    private final PricedMesh mesh;
    private final int microBatch;
    private final int[] boundaryCodes;
    private final List<List<LayerOption>> options;
    private final double[] leastSeconds;
    private final ConcurrentMap<Long, LayerPoints> points = new ConcurrentHashMap<>();

    private Pool(
        PricedMesh mesh,
        int microBatch,
        int[] boundaryCodes,
        List<List<LayerOption>> options,
        double[] leastSeconds) {
      this.mesh = mesh;
      this.microBatch = microBatch;
      this.boundaryCodes = boundaryCodes;
      this.options = options;
      this.leastSeconds = leastSeconds;
    }

    PricedMesh mesh() {
      return mesh;
    }

    int microBatch() {
      return microBatch;
    }

    int[] boundaryCodes() {
      return boundaryCodes;
    }

    /** The options of section {@code section}. */
    List<LayerOption> options(int section) {
      return options.get(section);
    }

    /**
     * Seconds per micro-batch that no strategy runs section {@code section} in, infinite where none
     * can; nothing is recomputed or synchronized.
     */
    double leastSeconds(int section) {
      return leastSeconds[section];
    }

    /** What was derived from the options, by a key of the caller's; computed once. */
    LayerPoints points(long key, Supplier<LayerPoints> compute) {
      LayerPoints known = points.get(key);
      return known != null ? known : points.computeIfAbsent(key, k -> compute.get());
    }

    /** True when some section cannot run on this mesh at all. */
    boolean empty() {
      return options.stream().anyMatch(List::isEmpty);
    }
  }

  private record Key(PricedMesh mesh, int microBatch, AxisUse use) {}

  private final List<BodyStructure> structures;
  private final boolean[] layered;
  private final TensorType boundaryType;
  private final Precision precision;
  private final CostModel cost;
  private final long globalBatch;
  private final double stateBytes;
  private final ConcurrentMap<Key, Pool> pools = new ConcurrentHashMap<>();

  LayerPools(
      Chain chain,
      List<BodyStructure> structures,
      Precision precision,
      long globalBatch,
      double stateBytes,
      CostModel cost) {
    this.structures = structures;
    this.boundaryType = chain.boundaryType();
    this.layered = new boolean[chain.sections()];
    for (int s = 0; s < layered.length; s++) {
      layered[s] = chain.graph().sections().get(s).layers() > 0;
    }
    this.precision = precision;
    this.globalBatch = globalBatch;
    this.stateBytes = stateBytes;
    this.cost = cost;
  }

  /** The options of every section on {@code mesh}. */
  Pool pool(PricedMesh mesh, int microBatch, AxisUse use) {
    return pools.computeIfAbsent(new Key(mesh, microBatch, use), this::solve);
  }

  private Pool solve(Key key) {
    int[] codes = BoundaryCodes.of(boundaryType, key.mesh().sizes(), key.microBatch(), key.use());
    long microBatches = (globalBatch + key.microBatch() - 1) / key.microBatch();
    List<List<LayerOption>> options = new ArrayList<>();
    double[] least = new double[structures.size()];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    for (BodyStructure structure : structures) {
      if (codes.length == 0) {
        options.add(List.of());
        continue;
      }
      LayerProblem problem =
          new LayerProblem(
              structure, key.mesh(), key.microBatch(), precision, key.use(), codes, cost);
      LayerSolver solver = new LayerSolver(problem);
      List<LayerOption> solvedOptions =
          solver.options(microBatches, stateBytes, Math.min(4, microBatches));
      least[options.size()] = solver.leastSeconds(solvedOptions);
      boolean layer = layered[options.size()];
      options.add(
          cost.software().wholeLayers()
              ? solvedOptions.stream().map(o -> o.underWrappers(layer)).toList()
              : solvedOptions);
    }
    return new Pool(key.mesh(), key.microBatch(), codes, options, least);
  }
}
