package autopar.interop;

import autopar.cluster.Cluster;
import autopar.interop.SearchResult.Ranked;
import autopar.intraop.BodyStructure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The search over pipelines: seeds from the uniform grid, a lower bound per micro-batch size, and
 * dynamic programming over unequal stages wherever the bound leaves room.
 *
 * <p>Results do not depend on the number of threads: tasks share only memo tables of pure
 * functions, and the limit that prunes is fixed before the parallel part begins.
 */
public final class InterOpSearch {

  private static final int SIMULATED = 24;
  private static final int KEPT = 12;

  /** How far above its bound a pipeline may be where no uniform one fits to compare with. */
  private static final double UNSEEDED_REACH = 3;

  private static final String BOUND_METHOD =
      "least over micro-batches, stage cuts and device ranges of the largest m t_i + sum of t_j"
          + " before i, with every layer at its least seconds over meshes and strategies; memory,"
          + " transfers, gradient sync and update left out";

  private final Workpiece work;
  private final SearchSpace space;
  private final MeshCatalog catalog;
  private final LayerPools pools;
  private final StagePricer pricer;
  private final StepPrice stepPrice;
  private final int threads;

  public InterOpSearch(
      Workpiece work,
      SearchSpace space,
      Cluster cluster,
      List<BodyStructure> structures,
      int threads) {
    this.work = work;
    this.space = space;
    this.threads = threads;
    this.catalog = new MeshCatalog(cluster);
    this.pools =
        new LayerPools(
            work.chain(),
            structures,
            work.precision(),
            work.globalBatch(),
            work.parameterBytes().total(),
            work.cost());
    this.pricer = new StagePricer(work, pools);
    this.stepPrice = new StepPrice(work, cluster);
  }

  private record Outcome(List<Candidate> candidates, double lowerBound, long priced) {}

  /** Runs the search. */
  public SearchResult search() {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      return search(executor);
    } finally {
      executor.shutdownNow();
    }
  }

  private SearchResult search(ExecutorService executor) {
    Seeds grid = seeds(executor);
    List<Ranked> seeds = grid.ranked();
    double limit =
        seeds.isEmpty() ? Double.POSITIVE_INFINITY : seeds.getFirst().seconds() * (1 + 1e-9);
    List<Integer> microBatches = new ArrayList<>(space.microBatches(work.globalBatch()));
    for (Ranked seed : seeds.subList(0, Math.min(1, seeds.size()))) {
      if (!microBatches.contains(seed.candidate().microBatch())) {
        microBatches.add(seed.candidate().microBatch());
      }
    }
    List<Callable<Outcome>> tasks = new ArrayList<>();
    for (int microBatch : microBatches) {
      tasks.add(() -> unequal(microBatch, limit));
    }
    List<Outcome> outcomes = all(executor, tasks);
    List<Candidate> found = new ArrayList<>();
    double lowerBound = Double.POSITIVE_INFINITY;
    long priced = 0;
    for (Outcome outcome : outcomes) {
      found.addAll(outcome.candidates());
      lowerBound = Math.min(lowerBound, outcome.lowerBound());
      priced += outcome.priced();
    }
    List<Ranked> ranked = new ArrayList<>(seeds);
    ranked.addAll(simulate(executor, found, "unequal stages"));
    ranked.sort(Comparator.comparingDouble(Ranked::seconds));
    return new SearchResult(
        ranked.subList(0, Math.min(KEPT, ranked.size())),
        lowerBound,
        BOUND_METHOD,
        priced + seeds.size(),
        pools.solved(),
        grid.missingBytes());
  }

  private record Seeds(List<Ranked> ranked, double missingBytes) {}

  private Seeds seeds(ExecutorService executor) {
    UniformPipelines grid = new UniformPipelines(pricer, space, catalog);
    List<Callable<UniformPipelines.Outcome>> tasks = new ArrayList<>();
    for (UniformPipelines.Cell cell : grid.cells()) {
      tasks.add(() -> grid.outcome(cell));
    }
    List<Candidate> fitting = new ArrayList<>();
    double missing = Double.POSITIVE_INFINITY;
    for (UniformPipelines.Outcome outcome : all(executor, tasks)) {
      missing = Math.min(missing, outcome.missingBytes());
      if (outcome.candidate() != null) {
        fitting.add(outcome.candidate());
      }
    }
    return new Seeds(simulate(executor, fitting, "uniform grid"), missing);
  }

  /** Simulates the candidates that look best by their estimate, fastest first. */
  private List<Ranked> simulate(
      ExecutorService executor, List<Candidate> candidates, String origin) {
    List<Candidate> promising = new ArrayList<>(candidates);
    promising.sort(Comparator.comparingDouble(this::estimate));
    List<Callable<Ranked>> tasks = new ArrayList<>();
    for (Candidate c : promising.subList(0, Math.min(SIMULATED, promising.size()))) {
      tasks.add(() -> new Ranked(c, stepPrice.seconds(c), origin));
    }
    List<Ranked> ranked = new ArrayList<>(all(executor, tasks));
    ranked.sort(Comparator.comparingDouble(Ranked::seconds));
    return ranked;
  }

  private double estimate(Candidate candidate) {
    double slowest = 0;
    double sum = 0;
    double tail = 0;
    for (PricedStage stage : candidate.stages()) {
      slowest = Math.max(slowest, stage.seconds());
      sum += stage.seconds();
      tail = Math.max(tail, stage.overhead());
    }
    int microBatches = work.microBatches(candidate.microBatch());
    return (microBatches - 1) * slowest + sum / work.virtualStages() + tail;
  }

  private Outcome unequal(int microBatch, double limit) {
    StageTable table = new StageTable(pricer, space, catalog, microBatch);
    WorkBound bound = new WorkBound(pricer, table, space);
    int microBatches = work.microBatches(microBatch);
    if (work.virtualStages() > 1) {
      double spread = microBatches * bound.deviceSeconds(0, work.chain().units()) / space.devices();
      return new Outcome(List.of(), spread, 0);
    }
    double lower = bound.stepSeconds(space, microBatches);
    if (lower >= limit) {
      return new Outcome(List.of(), lower, 0);
    }
    double reach = Math.min(limit, UNSEEDED_REACH * lower);
    List<Candidate> found = new PipelineSearch(work, space, table, bound, reach).candidates();
    return new Outcome(found, lower, table.priced());
  }

  private static <T> List<T> all(ExecutorService executor, List<Callable<T>> tasks) {
    List<T> results = new ArrayList<>();
    try {
      for (Future<T> future : executor.invokeAll(tasks)) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
