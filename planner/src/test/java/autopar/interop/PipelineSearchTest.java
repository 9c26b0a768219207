package autopar.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.cluster.Cluster;
import autopar.cluster.HostGroup;
import autopar.cluster.HostKind;
import autopar.ir.graph.Graph;
import autopar.samples.SampleClusters;
import autopar.samples.SampleGraphs;
import autopar.schedule.ScheduleKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
          double best =
              check(search, work, microBatch).map(Best::seconds).orElse(Double.POSITIVE_INFINITY);
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
                Optional.of(new LayerRange(0, 1)),
                java.util.OptionalInt.empty(),
                Optional.of(new FixedStage.MeshSizes(1, 3))),
            new FixedStage(
                Optional.of(new LayerRange(1, 6)),
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

  /** Two or three groups of hosts of one or two kinds, one to three devices each. */
  @Test
  void findsTheBestOfAllPipelinesOnHostsThatDiffer() {
    Random random = new Random(7);
    int feasible = 0;
    int gaps = 0;
    int piped = 0;
    for (int model = 0; model < 10; model++) {
      List<HostGroup> groups = new ArrayList<>();
      int left = 3 + random.nextInt(3);
      while (left > 0) {
        int perHost = Math.min(left, 1 + random.nextInt(3));
        groups.add(new HostGroup(random.nextInt(2), 1, perHost));
        left -= perHost;
      }
      List<String> kinds =
          List.of(
                  List.of("h100", "a100-40g"),
                  List.of("a100-80g", "h200"),
                  List.of("a800-pcie", "h100"))
              .get(random.nextInt(3));
      Cluster cluster = SampleClusters.mixed(kinds, groups);
      HostKind first = cluster.kinds().getFirst();
      double pace = random.nextBoolean() ? 1 : 0.1;
      SmallSearch search =
          randomSearch(
              random,
              cluster.withKinds(kind ->
                  kind.equals(first) ? kind.withDevice(kind.device().fasterBy(pace)) : kind));
      for (int repeat = 0; repeat < 3; repeat++) {
        int microBatch = 1 << random.nextInt(4);
        ScheduleKind schedule = ScheduleKind.ONE_FORWARD_ONE_BACKWARD;
        double free = smallestPeak(search, schedule, microBatch);
        double smaller = 0.5 + random.nextDouble();
        for (double share : MEMORY_SHARES) {
          Workpiece work =
              search.work(
                  schedule, new MemoryLimits(List.of(share * free, share * free * smaller)));
          Optional<Candidate> best = check(search, work, microBatch).map(Best::candidate);
          feasible += best.isPresent() ? 1 : 0;
          gaps += best.map(PipelineSearchTest::leavesGap).orElse(false) ? 1 : 0;
          piped += best.map(c -> c.stages().size() > 1).orElse(false) ? 1 : 0;
        }
      }
    }
    assertThat(feasible).as("cases with an answer").isGreaterThan(80);
    assertThat(gaps).as("cases in which devices before the last stage idle").isGreaterThan(2);
    assertThat(piped).as("cases of several stages").isGreaterThan(20);
  }

  private static SmallSearch randomSearch(Random random) {
    int devices = 2 + random.nextInt(5);
    return randomSearch(random, SampleClusters.hostsOf(random.nextBoolean() ? 2 : 4, devices));
  }

  private static SmallSearch randomSearch(Random random, Cluster cluster) {
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

  private static boolean leavesGap(Candidate candidate) {
    int last = candidate.stages().size() - 1;
    int end = candidate.firstDevices().get(last) + candidate.stages().get(last).mesh().devices();
    return candidate.devices() < end;
  }

  /** The peak of the pipeline whose worst device needs least when nothing is limited. */
  private static double smallestPeak(SmallSearch search, ScheduleKind schedule, int microBatch) {
    Workpiece work = search.work(schedule, 1e15);
    StagePricer pricer = new StagePricer(work, search.pools);
    StageTable table = new StageTable(pricer, search.space(), search.catalog(), microBatch);
    double[] least = {Double.POSITIVE_INFINITY};
    new AllPipelines(pricer, search.space(), table, search.cluster)
        .forEach(c -> least[0] = Math.min(least[0], peak(c)));
    return least[0];
  }

  private static double peak(Candidate candidate) {
    return candidate.stages().stream().mapToDouble(s -> s.memory().total()).max().orElseThrow();
  }

  /** The best of all pipelines, which the search must have found; empty where none fits. */
  private static Optional<Best> check(SmallSearch search, Workpiece work, int microBatch) {
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
    AllPipelines all = new AllPipelines(pricer, space, table, search.cluster);
    double[] least = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
    Candidate[] first = new Candidate[1];
    all.forEach(c -> {
      first[0] = all.estimate(c) < least[0] ? c : first[0];
      least[0] = Math.min(least[0], all.estimate(c));
      least[1] = Math.min(least[1], step.seconds(c));
    });
    double best = Double.POSITIVE_INFINITY;
    for (Candidate c :
        new PipelineSearch(work, space, table, bound, order, Double.POSITIVE_INFINITY)
            .candidates()) {
      best = Math.min(best, all.estimate(c));
      for (PricedStage stage : c.stages()) {
        assertThat(stage.memory().total())
            .isLessThanOrEqualTo(work.memory().on(stage.mesh().kinds()) * (1 + 1e-12));
      }
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
    return Optional.ofNullable(first[0]).map(candidate -> new Best(candidate, least[0]));
  }

  private record Best(Candidate candidate, double seconds) {}
}
