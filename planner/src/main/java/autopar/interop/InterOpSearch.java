package autopar.interop;

import autopar.cluster.Cluster;
import autopar.interop.SearchResult.Ranked;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The search over pipelines: seeds from the uniform grid, a lower bound per micro-batch size, and
 * dynamic programming over unequal stages wherever the bound leaves room.
 *
 * <p>Results do not depend on the number of threads: tasks share only memo tables of pure
 * functions, and the limit that prunes is fixed before the parallel part begins.
 */
public final class InterOpSearch {

  private static final int SIMULATED = 48;
  private static final int KEPT = 12;
  private static final long TELL_MILLIS = 100;

  /** Most simulated pipelines that the result lists. */
  private static final int EXPLORED = 300;

  /** How close to the best uniform pipeline the best one on columns must be to be refined. */
  private static final double COLUMN_REACH = 1.02;

  /** How far above its bound a pipeline may be where no uniform one fits to compare with. */
  private static final double UNSEEDED_REACH = 3;

  /**
   * How far above the least bound a pipeline may be that is looked for first where hosts differ:
   * one after the other until something is found.
   */
  private static final List<Double> NEAR_REACHES = List.of(1.02, 1.05, 1.1, 1.2);

  /** The same where stages are fixed: a small model may wait for its network most of the time. */
  private static final double FIXED_REACH = 1000;

  private static final String BOUND_METHOD =
      "least over micro-batches, stage cuts and device ranges of the largest m t_i + sum of t_j"
          + " before stage i, by dynamic programming; t_i is the linear relaxation of the stage's"
          + " memory knapsack over all meshes, the strategies kept for each layer, recompute modes"
          + " and ZeRO stages, placed as well as its width allows; transfers, fragmentation and"
          + " what gradient sync exposes are left out";

  private final Workpiece work;
  private final SearchSpace space;
  private final Cluster cluster;
  private final MeshCatalog hostMajor;
  private final LayerPools pools;
  private final StagePricer pricer;
  private final StepPrice stepPrice;
  private final int threads;
  private final SearchProgress progress;

  public InterOpSearch(
      Workpiece work,
      SearchSpace space,
      Cluster cluster,
      LayerSolutions solutions,
      int threads,
      SearchProgress progress) {
    this.work = work;
    this.space = space;
    this.threads = threads;
    this.progress = progress;
    this.cluster = cluster;
    this.hostMajor = new MeshCatalog(space.line());
    this.pools = new LayerPools(solutions);
    this.pricer = new StagePricer(work, pools);
    this.stepPrice = new StepPrice(work, cluster);
  }

  /** What progress tells of; written by the thread that collects results alone. */
  private double incumbentSeconds = Double.POSITIVE_INFINITY;

  private double boundSeconds;

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

  /** The layouts that people use, for comparison; after {@link #search} it costs little. */
  public List<SearchResult.Reference> references(SearchResult result) {
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      return all(
          executor,
          "reference layouts",
          new ReferenceLayouts(work, space, cluster, pools, hostMajor).all(result.explored()),
          reference -> {});
    } finally {
      executor.shutdownNow();
    }
  }

  private SearchResult search(ExecutorService executor) {
    List<Seeds> seeds = new ArrayList<>();
    for (DeviceOrder order : orders()) {
      seeds.add(seeds(executor, order));
    }
    List<Ranked> ranked = new ArrayList<>();
    seeds.forEach(s -> ranked.addAll(s.ranked()));
    ranked.sort(Comparator.comparingDouble(Ranked::seconds));
    // Bounds and the search over unequal stages see the pipeline without the host's work per step.
    double host = work.cost().overlap().fixedStepSeconds();
    TreeSet<Integer> microBatches = new TreeSet<>(space.microBatches(work.globalBatch()));
    if (!ranked.isEmpty()) {
      microBatches.add(ranked.getFirst().candidate().microBatch());
    }
    if (space.line().leavesGaps() && space.fixed().isEmpty() && work.virtualStages() == 1) {
      // Equal stages are far from the best where hosts differ, and would limit little.
      ranked.addAll(near(executor, seeds.getFirst(), microBatches, limit(ranked)));
      ranked.sort(Comparator.comparingDouble(Ranked::seconds));
    }
    double limit = limit(ranked);
    List<Callable<Outcome>> columnTasks = new ArrayList<>();
    for (Seeds columns : seeds.subList(1, seeds.size())) {
      if (columns.within(COLUMN_REACH * limit + host)) {
        int microBatch = columns.ranked().getFirst().candidate().microBatch();
        columnTasks.add(() -> unequal(columns, microBatch, limit, UNSEEDED_REACH));
      }
    }
    List<Candidate> found = new ArrayList<>();
    double lowerBound = Double.POSITIVE_INFINITY;
    long priced = ranked.size();
    for (double reach : reaches(ranked.isEmpty())) {
      List<Callable<Outcome>> tasks = new ArrayList<>();
      for (int microBatch : microBatches) {
        tasks.add(() -> unequal(seeds.getFirst(), microBatch, limit, reach));
      }
      tasks.addAll(columnTasks);
      for (Outcome outcome : all(executor, "unequal stages", tasks, this::boundedBy)) {
        found.addAll(outcome.candidates());
        lowerBound = Math.min(lowerBound, outcome.lowerBound());
        priced += outcome.priced();
      }
      if (!found.isEmpty()) {
        break;
      }
    }
    found.removeIf(candidate -> isRanked(candidate, ranked));
    ranked.addAll(simulate(executor, found));
    ranked.sort(Comparator.comparingDouble(Ranked::seconds));
    return new SearchResult(
        List.copyOf(ranked.subList(0, Math.min(KEPT, ranked.size()))),
        lowerBound == 0 ? 0 : lowerBound + host,
        BOUND_METHOD,
        priced,
        ranked.isEmpty() ? shortfall(seeds) : Shortfall.UNKNOWN,
        List.copyOf(ranked.subList(0, Math.min(EXPLORED, ranked.size()))),
        List.of());
  }

  private static boolean isRanked(Candidate candidate, List<Ranked> ranked) {
    return ranked.stream().anyMatch(known -> known.candidate().equals(candidate));
  }

  /** Seconds, without the host's work per step, that a pipeline must be below to be of use. */
  private double limit(List<Ranked> ranked) {
    return ranked.isEmpty()
        ? Double.POSITIVE_INFINITY
        : ranked.getFirst().seconds() * (1 + 1e-9) - work.cost().overlap().fixedStepSeconds();
  }

  /** Pipelines of unequal stages that come near the least bound of all micro-batches. */
  private List<Ranked> near(
      ExecutorService executor, Seeds seeds, TreeSet<Integer> microBatches, double limit) {
    List<Callable<NearBound>> bounds = new ArrayList<>();
    for (int microBatch : microBatches) {
      bounds.add(() -> NearBound.of(pricer, seeds.space(), seeds.catalog(), microBatch));
    }
    List<NearBound> bounded = all(executor, "first bounds", bounds, n -> {});
    double least = bounded.stream().mapToDouble(NearBound::seconds).min().orElse(limit);
    List<Candidate> found = new ArrayList<>();
    for (double reach : NEAR_REACHES) {
      double most = Math.min(limit, reach * least);
      List<Callable<List<Candidate>>> tasks = new ArrayList<>();
      for (NearBound near : bounded) {
        if (near.seconds() < most && !progress.expired()) {
          tasks.add(() -> near.candidates(pricer, seeds.order(), most));
        }
      }
      all(executor, "first stages", tasks, c -> {}).forEach(found::addAll);
      if (!found.isEmpty()) {
        break;
      }
    }
    return simulate(executor, found);
  }

  private Shortfall shortfall(List<Seeds> seeds) {
    Shortfall least = Shortfall.UNKNOWN;
    for (Seeds s : seeds) {
      least = Shortfall.LEAST.compare(s.shortfall(), least) < 0 ? s.shortfall() : least;
    }
    if (!space.fixed().isEmpty()) {
      for (int microBatch : space.microBatches(work.globalBatch())) {
        Shortfall fixed =
            new FixedShortfall(pricer, space, seeds.getFirst().catalog(), microBatch).shortfall();
        least = Shortfall.LEAST.compare(fixed, least) < 0 ? fixed : least;
      }
    }
    return least;
  }

  /**
   * How far beyond the bound to look, one after the other until something is found. Stages that are
   * fixed leave little to search, and may be as slow as they like.
   */
  private List<Double> reaches(boolean unseeded) {
    return unseeded && !space.fixed().isEmpty()
        ? List.of(UNSEEDED_REACH, FIXED_REACH)
        : List.of(UNSEEDED_REACH);
  }

  /**
   * Host after host first; columns of whole hosts where there are several, all alike, and none is
   * partial.
   */
  private List<DeviceOrder> orders() {
    DeviceOrder hostMajor = DeviceOrder.hostMajor(cluster);
    List<DeviceOrder> orders = new ArrayList<>();
    orders.add(hostMajor);
    int perHost = hostMajor.devicesPerHost();
    boolean whole = cluster.isEven() && space.devices() % perHost == 0;
    if (hostMajor.hosts() > 1 && whole && space.fixed().isEmpty()) {
      for (int column = 1; column < perHost; column++) {
        if (perHost % column == 0) {
          orders.add(new DeviceOrder(hostMajor.hosts(), perHost, column));
        }
      }
    }
    return orders;
  }

  /** The uniform pipelines of one device order, fastest first. */
  private record Seeds(
      DeviceOrder order,
      SearchSpace space,
      MeshCatalog catalog,
      List<Ranked> ranked,
      Shortfall shortfall) {

    boolean within(double seconds) {
      return !ranked.isEmpty() && ranked.getFirst().seconds() <= seconds;
    }
  }

  private Seeds seeds(ExecutorService executor, DeviceOrder order) {
    boolean hostMajor = order.column() == order.devicesPerHost();
    SearchSpace own = hostMajor ? space : space.on(DeviceLine.columns(cluster, order));
    MeshCatalog catalog = hostMajor ? this.hostMajor : new MeshCatalog(own.line());
    UniformPipelines grid = new UniformPipelines(pricer, own, catalog, order);
    List<Callable<UniformPipelines.Outcome>> tasks = new ArrayList<>();
    for (UniformPipelines.Cell cell : grid.cells()) {
      tasks.add(() -> grid.outcome(cell));
    }
    List<Candidate> fitting = new ArrayList<>();
    Shortfall missing = Shortfall.UNKNOWN;
    for (UniformPipelines.Outcome outcome : all(executor, "uniform pipelines", tasks, o -> {})) {
      missing =
          Shortfall.LEAST.compare(outcome.shortfall(), missing) < 0 ? outcome.shortfall() : missing;
      if (outcome.candidate() != null) {
        fitting.add(outcome.candidate());
      }
    }
    List<Ranked> ranked = simulate(executor, fitting);
    return new Seeds(order, own, catalog, ranked, missing);
  }

  /** Simulates the candidates that look best by their estimate, fastest first. */
  private List<Ranked> simulate(ExecutorService executor, List<Candidate> candidates) {
    List<Candidate> promising = new ArrayList<>(candidates);
    promising.sort(Comparator.comparingDouble(this::estimate));
    List<Callable<Ranked>> tasks = new ArrayList<>();
    for (Candidate c : promising.subList(0, Math.min(SIMULATED, promising.size()))) {
      tasks.add(() -> new Ranked(c, stepPrice.seconds(c)));
    }
    List<Ranked> ranked = new ArrayList<>(all(executor, "simulation", tasks, this::found));
    ranked.sort(Comparator.comparingDouble(Ranked::seconds));
    return ranked;
  }

  private double estimate(Candidate candidate) {
    return candidate.estimate(work.microBatches(candidate.microBatch()), work.virtualStages());
  }

  private Outcome unequal(Seeds seeds, int microBatch, double limit, double farthest) {
    if (progress.expired()) {
      // Nothing was proved about this micro-batch: the bound of the search falls to zero.
      return new Outcome(List.of(), 0, 0);
    }
    SearchSpace own = seeds.space();
    StageTable table = new StageTable(pricer, own, seeds.catalog(), microBatch);
    WorkBound bound = new WorkBound(pricer, table, own);
    int microBatches = work.microBatches(microBatch);
    if (work.virtualStages() > 1) {
      double spread =
          microBatches
              * bound.capacitySeconds(0, work.chain().units())
              / bound.capacity(own.devices());
      return new Outcome(List.of(), spread, 0);
    }
    double lower = bound.stepSeconds(own, microBatches);
    if (lower >= limit || space.isOneUniformPipeline(work.chain().units())) {
      return new Outcome(List.of(), lower, 0);
    }
    double reach = Math.min(limit, farthest * lower);
    List<Candidate> found =
        new PipelineSearch(work, own, table, bound, seeds.order(), reach).candidates();
    double withMemory = new MemoryBound(pricer, own, table, bound, reach).stepSeconds();
    return new Outcome(found, Math.max(lower, withMemory), table.priced());
  }

  private void boundedBy(Outcome outcome) {
    boundSeconds =
        boundSeconds == 0 ? outcome.lowerBound() : Math.min(boundSeconds, outcome.lowerBound());
  }

  private void found(Ranked ranked) {
    incumbentSeconds = Math.min(incumbentSeconds, ranked.seconds());
  }

  private <T> List<T> all(
      ExecutorService executor, String step, List<Callable<T>> tasks, Consumer<T> heard) {
    List<T> results = new ArrayList<>();
    try {
      List<Future<T>> futures = new ArrayList<>();
      tasks.forEach(task -> futures.add(executor.submit(task)));
      for (Future<T> future : futures) {
        while (!future.isDone()) {
          tell(step, results.size(), tasks.size());
          await(future);
        }
        T result = future.get();
        results.add(result);
        heard.accept(result);
      }
      tell(step, results.size(), tasks.size());
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

  /** Waits until {@code future} is done, or progress is worth telling again. */
  private static void await(Future<?> future) throws InterruptedException, ExecutionException {
    try {
      future.get(TELL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // Not done yet: the caller tells how far the search has come, and waits again.
    }
  }

  private void tell(String step, long done, long total) {
    progress.at(
        new SearchStanding(
            step, done, total, pools.solved(), pricer.priced(), incumbentSeconds, boundSeconds));
  }
}
