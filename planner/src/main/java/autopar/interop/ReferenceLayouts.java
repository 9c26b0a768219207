package autopar.interop;

import autopar.cluster.Cluster;
import autopar.interop.SearchResult.Ranked;
import autopar.interop.SearchResult.Reference;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;

/**
 * The layouts that people use, priced in the model of the search: each family's fastest one.
 *
 * <p>Families whose stages are all equal are tried cell by cell, with one recompute mode for all
 * layers and one ZeRO stage for all stages, as their users write them down. The power-of-two search
 * is {@link PipelineSearch} over stages of one, two, four ... devices of a host or whole hosts
 * (Alpa's submeshes, arXiv:2201.12023, section 5.2), with every other freedom of the plan; it
 * begins from the best such pipeline that the search has met.
 */
final class ReferenceLayouts {

  /** Cells of a family that are simulated, best estimates first. */
  private static final int SIMULATED = 8;

  /** Most micro-batches that the power-of-two search tries, best bounds first. */
  private static final int MICRO_BATCHES = 3;

  /** How far above its bound a power-of-two pipeline may be. */
  private static final double REACH = 1.6;

  private final Workpiece work;
  private final SearchSpace space;
  private final Cluster cluster;
  private final LayerPools pools;
  private final DeviceOrder order;
  private final MeshCatalog catalog;
  private final StepPrice stepPrice;

  ReferenceLayouts(
      Workpiece work, SearchSpace space, Cluster cluster, LayerPools pools, MeshCatalog catalog) {
    this.work = work;
    this.space = space;
    this.cluster = cluster;
    this.pools = pools;
    this.order = DeviceOrder.hostMajor(cluster);
    this.catalog = catalog;
    this.stepPrice = new StepPrice(work, cluster);
  }

  /** Every family; {@code explored} are pipelines that are simulated already, fastest first. */
  List<Callable<Reference>> all(List<Ranked> explored) {
    return List.of(
        () ->
            uniform(
                "data parallel",
                "one stage, a whole model on every device, gradients all-reduced",
                dataParallel(),
                List.of(0)),
        () ->
            uniform(
                "ZeRO-3",
                "one stage, data parallel, parameters, gradients and states sharded over all"
                    + " devices",
                dataParallel(),
                List.of(3)),
        () ->
            uniform(
                "Megatron-style 3D",
                "equal stages of equal layers, tensor a power of two inside a host, ZeRO 0 or 1,"
                    + " one recompute mode",
                megatron(),
                List.of(0, 1)),
        () -> powersOfTwo(explored));
  }

  private List<UniformPipelines.Cell> dataParallel() {
    List<UniformPipelines.Cell> cells = new ArrayList<>();
    for (int batch : space.replicaBatches()) {
      add(cells, new UniformPipelines.Cell(0, space.devices(), 1, 1, batch));
    }
    return cells;
  }

  private List<UniformPipelines.Cell> megatron() {
    List<UniformPipelines.Cell> cells = new ArrayList<>();
    int devices = space.devices();
    int units = work.chain().units();
    for (int batch : space.replicaBatches()) {
      for (int tensor = 1; tensor <= cluster.fewestPerHost(); tensor *= 2) {
        for (int stages = 1; stages <= Math.min(units, devices / tensor); stages++) {
          if (devices % (tensor * stages) == 0 && units % stages == 0) {
            add(
                cells,
                new UniformPipelines.Cell(0, devices / (tensor * stages), tensor, stages, batch));
          }
        }
      }
    }
    return cells;
  }

  private void add(List<UniformPipelines.Cell> cells, UniformPipelines.Cell cell) {
    if (cell.microBatch() <= work.globalBatch()) {
      cells.add(cell);
    }
  }

  private Reference uniform(
      String name, String rule, List<UniformPipelines.Cell> cells, List<Integer> zero) {
    List<Candidate> fitting = new ArrayList<>();
    double missing = Double.POSITIVE_INFINITY;
    for (RecomputeMode mode : work.recompute()) {
      for (int stage : zero) {
        Workpiece own = work.with(List.of(mode), List.of(stage));
        UniformPipelines grid =
            new UniformPipelines(new StagePricer(own, pools), space, catalog, order);
        for (UniformPipelines.Cell cell : cells) {
          UniformPipelines.Outcome outcome = grid.outcome(cell, List.of(stage));
          if (outcome.candidate() != null) {
            fitting.add(outcome.candidate());
          } else {
            missing = Math.min(missing, outcome.shortfall().bytes());
          }
        }
      }
    }
    return new Reference(name, rule, best(fitting), missing);
  }

  private Reference powersOfTwo(List<Ranked> explored) {
    SearchSpace own = space.withPowersOfTwo();
    Optional<Ranked> known =
        explored.stream().filter(r -> admitted(own, r.candidate())).findFirst();
    double host = work.cost().overlap().fixedStepSeconds();
    StagePricer pricer = new StagePricer(work, pools);
    record Try(int microBatch, StageTable table, WorkBound bound, double least) {}
    List<Try> tries = new ArrayList<>();
    for (int microBatch : new TreeSet<>(own.microBatches(work.globalBatch()))) {
      StageTable table = new StageTable(pricer, own, catalog, microBatch);
      WorkBound bound = new WorkBound(pricer, table, own);
      double least = bound.stepSeconds(own, work.microBatches(microBatch));
      tries.add(new Try(microBatch, table, bound, least));
    }
    tries.sort(Comparator.comparingDouble(Try::least));
    List<Candidate> found = new ArrayList<>();
    known.ifPresent(k -> found.add(k.candidate()));
    for (Try t : tries.subList(0, Math.min(MICRO_BATCHES, tries.size()))) {
      double limit = known.map(k -> k.seconds() - host).orElse(REACH * t.least());
      if (t.least() < limit) {
        found.addAll(
            new PipelineSearch(work, own, t.table(), t.bound(), order, limit).candidates());
      }
    }
    return new Reference(
        "powers of two (Alpa)",
        "stages of 1, 2, 4 ... devices inside a host or of 1, 2, 4 ... whole hosts; layers, meshes,"
            + " recompute and ZeRO as free as the plan's",
        best(found),
        Double.POSITIVE_INFINITY);
  }

  private boolean admitted(SearchSpace own, Candidate candidate) {
    boolean admitted = candidate.order().equals(order);
    for (int i = 0; i < candidate.stages().size(); i++) {
      int width = candidate.stages().get(i).mesh().devices();
      admitted &= own.admits(candidate.firstDevices().get(i), width);
    }
    return admitted;
  }

  private Optional<Ranked> best(List<Candidate> candidates) {
    return candidates.stream()
        .sorted(
            Comparator.comparingDouble(
                c -> c.estimate(work.microBatches(c.microBatch()), work.virtualStages())))
        .limit(SIMULATED)
        .map(c -> new Ranked(c, stepPrice.seconds(c)))
        .min(Comparator.comparingDouble(Ranked::seconds));
  }
}
