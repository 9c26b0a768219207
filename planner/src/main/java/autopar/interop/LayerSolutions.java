package autopar.interop;

import autopar.cluster.GroupShape;
import autopar.cost.CostModel;
import autopar.intraop.BodyStructure;
import autopar.intraop.BoundaryCodes;
import autopar.intraop.EliminationPlans;
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
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;

/**
 * For every mesh and micro-batch, the ways to run each section's body, solved once on first demand.
 *
 * <p>They depend on the model, what is paid for a step and the cost model, and on nothing a search
 * is restricted to: searches that differ in restrictions or in the memory of a device may share
 * them.
 */
public final class LayerSolutions {

  /** The options of each section and the boundary codes they use. */
  record Solved(int[] boundaryCodes, List<List<LayerOption>> options, double[] leastSeconds) {}

  /** A layer's problem as the search poses it. */
  public record Posed(LayerProblem problem, long microBatches, double stateBytes) {
    /** Solves it from nothing but elimination orders. */
    public Answer solve(EliminationPlans plans) {
      LayerSolver solver = new LayerSolver(problem, plans);
      List<LayerOption> options =
          solver.options(microBatches, stateBytes, Math.min(4, microBatches));
      return new Answer(options, solver.leastSeconds(options));
    }
  }

  /** Ways to run a layer, and the seconds that none is below. */
  public record Answer(List<LayerOption> options, double leastSeconds) {}

  private record Asked(PricedMesh mesh, int microBatch, AxisUse use) {}

  private record Key(List<Integer> sizes, List<GroupShape> groups, int microBatch, AxisUse use) {
    static Key of(PricedMesh mesh, int microBatch, AxisUse use) {
      List<GroupShape> groups = Arrays.asList(mesh.groups()).subList(1, mesh.groups().length);
      return new Key(
          Arrays.stream(mesh.sizes()).boxed().toList(), List.copyOf(groups), microBatch, use);
    }
  }

  private final List<BodyStructure> structures;
  private final boolean[] layered;
  private final TensorType boundaryType;
  private final Precision precision;
  private final CostModel cost;
  private final long globalBatch;
  private final double stateBytes;
  private final ConcurrentMap<Key, Solved> solved = new ConcurrentHashMap<>();
  private final EliminationPlans plans = new EliminationPlans();
  private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();

  /**
   * Solutions for the layers of {@code chain}, whose sections have {@code structures}; {@code
   * stateBytes} per parameter are what weights, gradients and optimizer states take.
   */
  public LayerSolutions(
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

  /** How many problems were solved so far, one per section, mesh and micro-batch. */
  int count() {
    return solved.size() * structures.size();
  }

  Solved on(PricedMesh mesh, int microBatch, AxisUse use) {
    return solved.computeIfAbsent(
        Key.of(mesh, microBatch, use), key -> solve(mesh, microBatch, use));
  }

  /** Every problem solved so far, built again, to be measured. */
  public List<Posed> posed() {
    List<Posed> posed = new ArrayList<>();
    for (Asked one : asked) {
      int[] codes = BoundaryCodes.of(boundaryType, one.mesh.sizes(), one.microBatch, one.use);
      for (BodyStructure structure : structures) {
        if (codes.length > 0) {
          posed.add(pose(structure, one.mesh, one.microBatch, one.use, codes));
        }
      }
    }
    return posed;
  }

  private Posed pose(
      BodyStructure structure, PricedMesh mesh, int microBatch, AxisUse use, int[] codes) {
    LayerProblem problem =
        new LayerProblem(structure, mesh, microBatch, precision, use, codes, cost);
    return new Posed(problem, (globalBatch + microBatch - 1) / microBatch, stateBytes);
  }

  private Solved solve(PricedMesh mesh, int microBatch, AxisUse use) {
    asked.add(new Asked(mesh, microBatch, use));
    int[] codes = BoundaryCodes.of(boundaryType, mesh.sizes(), microBatch, use);
    List<List<LayerOption>> options = new ArrayList<>();
    double[] least = new double[structures.size()];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    for (BodyStructure structure : structures) {
      if (codes.length == 0) {
        options.add(List.of());
        continue;
      }
      Answer answer = pose(structure, mesh, microBatch, use, codes).solve(plans);
      List<LayerOption> solvedOptions = answer.options();
      least[options.size()] = answer.leastSeconds();
      boolean layer = layered[options.size()];
      options.add(
          cost.software().wholeLayers()
              ? solvedOptions.stream().map(o -> o.underWrappers(layer)).toList()
              : solvedOptions);
    }
    return new Solved(codes, options, least);
  }
}
