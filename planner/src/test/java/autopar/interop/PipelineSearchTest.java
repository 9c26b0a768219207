package autopar.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.cluster.Cluster;
import autopar.ir.graph.Graph;
import autopar.samples.SampleClusters;
import autopar.samples.SampleGraphs;
import autopar.schedule.ScheduleKind;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The dynamic programs over stages against the enumeration of every pipeline. */
class PipelineSearchTest {

  private static final double[] MEMORY_SHARES = {10, 1.6, 1.3, 1.1, 0.98, 0.85};

  @Test
  void findsTheBestOfAllPipelinesAndBoundsThemAll() {
    Random random = new Random(20);
    int feasible = 0;
    int binding = 0;
    for (int model = 0; model < 12; model++) {
      SmallSearch search = randomSearch(random);
      int[] sizes = {1, 2, 3, 4, 6, 8};
      for (int repeat = 0; repeat < 3; repeat++) {
        int microBatch = sizes[random.nextInt(sizes.length)];
        ScheduleKind schedule =
            random.nextInt(4) == 0 ? ScheduleKind.GPIPE : ScheduleKind.ONE_FORWARD_ONE_BACKWARD;
        double free = smallestPeak(search, schedule, microBatch);
        double unlimited = Double.NaN;
        for (double share : MEMORY_SHARES) {
          Workpiece work = search.work(schedule, share * free);
          double best = check(search, work, microBatch);
          feasible += Double.isFinite(best) ? 1 : 0;
          binding += best > unlimited * (1 + 1e-9) ? 1 : 0;
          unlimited = share == 10 ? best : unlimited;
        }
      }
    }
    assertThat(feasible).as("cases with an answer").isGreaterThan(120);
    assertThat(binding).as("cases in which memory costs time").isGreaterThan(50);
  }

  @Test
  void keepsToDecidedStages() {
    SmallSearch search =
        new SmallSearch(
            SampleGraphs.perceptrons(4, 2, 4096, 8192), SampleClusters.hostsOf(4, 8), 16);
    Workpiece work = search.work(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, 1e12);
    List<FixedStage> fixed =
        List.of(
            new FixedStage(
                java.util.Optional.of(new LayerRange(0, 1)),
                java.util.OptionalInt.empty(),
                java.util.Optional.of(new FixedStage.MeshSizes(1, 3))),
            new FixedStage(
                java.util.Optional.of(new LayerRange(1, 6)),
                java.util.OptionalInt.of(4),
                java.util.Optional.empty()));
    SearchSpace space = search.space(fixed);
    StagePricer pricer = new StagePricer(work, search.pools);
    StageTable table = new StageTable(pricer, space, search.catalog(), 4);
    List<Candidate> found =
        new PipelineSearch(
                work,
                space,
                table,
                new WorkBound(pricer, table, space),
                DeviceOrder.hostMajor(search.cluster),
                Double.POSITIVE_INFINITY)
            .candidates();
    assertThat(found).isNotEmpty();
    for (Candidate c : found) {
      assertThat(c.firstDevices()).containsExactly(0, 3);
      assertThat(c.stages().get(0).layers()).containsExactly(new LayerRange(0, 1));
      assertThat(c.stages().get(0).mesh().sizes()).containsExactly(1, 3);
      assertThat(c.stages().get(1).layers()).containsExactly(new LayerRange(1, 6));
      assertThat(c.stages().get(1).mesh().devices()).isEqualTo(4);
    }
  }

  private static SmallSearch randomSearch(Random random) {
    int devices = 2 + random.nextInt(5);
    Cluster cluster = SampleClusters.hostsOf(random.nextBoolean() ? 2 : 4, devices);
    Graph graph;
    if (random.nextInt(4) == 0) {
      long hidden = 512L << random.nextInt(3);
      graph =
          SampleGraphs.tiny(
              "gpt", SmallSearch.sizes(3 + random.nextInt(2), 512, hidden, hidden / 128));
    } else {
      int narrow = 1 + random.nextInt(4);
      int wide = Math.max(3 - narrow, random.nextInt(3));
      graph =
          SampleGraphs.perceptrons(
              narrow, wide, 1024 << random.nextInt(4), 2048 << random.nextInt(4));
    }
    return new SmallSearch(graph, cluster, 8L << random.nextInt(3));
  }

  /** The peak of the pipeline whose worst device needs least when nothing is limited. */
  private static double smallestPeak(SmallSearch search, ScheduleKind schedule, int microBatch) {
    Workpiece work = search.work(schedule, 1e15);
    StagePricer pricer = new StagePricer(work, search.pools);
    StageTable table = new StageTable(pricer, search.space(), search.catalog(), microBatch);
    double[] least = {Double.POSITIVE_INFINITY};
    new AllPipelines(pricer, search.space(), table, DeviceOrder.hostMajor(search.cluster))
        .forEach(c -> least[0] = Math.min(least[0], peak(c)));
    return least[0];
  }

  private static double peak(Candidate candidate) {
    return candidate.stages().stream().mapToDouble(s -> s.memory().total()).max().orElseThrow();
  }

  private static double check(SmallSearch search, Workpiece work, int microBatch) {
    StagePricer pricer = new StagePricer(work, search.pools);
    SearchSpace space = search.space();
    StageTable table = new StageTable(pricer, space, search.catalog(), microBatch);
    DeviceOrder order = DeviceOrder.hostMajor(search.cluster);
    WorkBound bound = new WorkBound(pricer, table, space);
    int microBatches = work.microBatches(microBatch);
    double workBound = bound.stepSeconds(space, microBatches);
    double memoryBound =
        new MemoryBound(pricer, space, table, bound, Double.POSITIVE_INFINITY).stepSeconds();
    StepPrice step = new StepPrice(work, search.cluster);
    AllPipelines all = new AllPipelines(pricer, space, table, order);
    double[] least = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    all.forEach(c -> {
      least[0] = Math.min(least[0], all.estimate(c));
      least[1] = Math.min(least[1], step.seconds(c));
    });
    double best = Double.POSITIVE_INFINITY;
    for (Candidate c :
        new PipelineSearch(work, space, table, bound, order, Double.POSITIVE_INFINITY)
            .candidates()) {
      best = Math.min(best, all.estimate(c));
      assertThat(peak(c)).isLessThanOrEqualTo(work.memoryLimit() * (1 + 1e-12));
    }
    if (Double.isInfinite(least[0])) {
      assertThat(best).isInfinite();
    } else {
      assertThat(best).isCloseTo(least[0], within(1e-9 * least[0]));
    }
    assertThat(workBound).as("bound on work").isLessThanOrEqualTo(least[1] * (1 + 1e-9));
    assertThat(memoryBound)
        .as("bound that knows memory")
        .isLessThanOrEqualTo(least[1] * (1 + 1e-9));
    return least[0];
  }
}
