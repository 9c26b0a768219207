package autopar.interop;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.cluster.Cluster;
import autopar.intraop.LayerOption;
import autopar.ir.graph.Graph;
import autopar.samples.SampleClusters;
import autopar.samples.SampleGraphs;
import autopar.schedule.ScheduleKind;
import autopar.strategy.PricedMesh;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The greedy of the memory knapsack against every assignment of points to layers. */
class StagePricerTest {

  private int feasible;
  private int squeezed;
  private int infeasible;

  @Test
  void isOptimalUpToTheRoundingOfOneLayer() {
    Random random = new Random(4);
    for (int model = 0; model < 8; model++) {
      SmallSearch search = randomSearch(random);
      for (int repeat = 0; repeat < 6; repeat++) {
        check(search, random);
      }
    }
    assertThat(feasible).isGreaterThan(80);
    assertThat(squeezed).as("cases in which memory costs time").isGreaterThan(40);
    assertThat(infeasible).isGreaterThan(10);
  }

  private static SmallSearch randomSearch(Random random) {
    Cluster cluster = SampleClusters.hostsOf(4, 8);
    Graph graph =
        random.nextInt(3) == 0
            ? SampleGraphs.tiny("gpt", SmallSearch.sizes(3, 256L << random.nextInt(3), 1024, 8))
            : SampleGraphs.perceptrons(
                2, random.nextInt(3), 1024 << random.nextInt(3), 2048 << random.nextInt(4));
    return new SmallSearch(graph, cluster, 16);
  }

  private void check(SmallSearch search, Random random) {
    int[][] meshes = {{1, 1}, {1, 2}, {2, 1}, {2, 2}, {4, 1}, {1, 4}, {4, 2}};
    int[] sizes = meshes[random.nextInt(meshes.length)];
    int microBatch = sizes[0] << random.nextInt(3);
    int from = random.nextInt(search.chain.units());
    int to = from + 1 + random.nextInt(search.chain.units() - from);
    PricedMesh mesh = search.catalog().at(0, sizes);
    double inFlight = 1 + random.nextInt(4);
    StagePricer.Request request =
        new StagePricer.Request(List.of(new LayerRange(from, to)), mesh, microBatch, inFlight);
    Workpiece free = search.work(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, 1e15);
    double most = new StagePricer(free, search.pools).price(request).stage().memory().total();
    double limit = most;
    for (double share : new double[] {1, 0.93, 0.85, 0.75, 0.65, 0.55, 0.45, 0.35, 0.25}) {
      double context = search.cost.memory().contextBytes(3);
      limit = context + share * (most - context);
      compare(search, search.work(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, limit), request);
    }
  }

  private void compare(SmallSearch search, Workpiece work, StagePricer.Request request) {
    StagePricer pricer = new StagePricer(work, search.pools);
    PricedStage stage = pricer.price(request).stage();
    double lower = pricer.leastSeconds(request);
    double best = Double.POSITIVE_INFINITY;
    double step = 0;
    for (int zero : work.zero()) {
      for (int b = 0;
          b < pricer.pool(request.mesh(), request.microBatch()).boundaryCodes().length;
          b++) {
        Knapsack all = new Knapsack(work, pricer, request, zero, b);
        double seconds = all.best();
        if (seconds < best) {
          best = seconds;
          step = all.largestStep();
        }
      }
    }
    String what = request.layers() + " on " + java.util.Arrays.toString(request.mesh().sizes());
    if (Double.isInfinite(best)) {
      infeasible++;
      assertThat(stage).as(what).isNull();
      return;
    }
    feasible++;
    assertThat(stage).as("%s: something fits", what).isNotNull();
    assertThat(stage.memory().total()).isLessThanOrEqualTo(work.memory().of(0) * (1 + 1e-12));
    assertThat(lower).as("bound, %s", what).isLessThanOrEqualTo(best * (1 + 1e-9));
    double found = seconds(work, request, stage);
    squeezed += stage.runs().stream().anyMatch(r -> r.recompute() != RecomputeMode.NONE) ? 1 : 0;
    assertThat(found).as(what).isGreaterThanOrEqualTo(best * (1 - 1e-9));
    assertThat(found).as(what).isLessThanOrEqualTo(best * (1 + 1e-9) + step);
  }

  private static double seconds(Workpiece work, StagePricer.Request request, PricedStage stage) {
    int[] present = stage.runs().stream().mapToInt(LayerRun::section).distinct().toArray();
    double seconds = 0;
    for (LayerRun run : stage.runs()) {
      boolean tied = work.chain().tiedLater(run.section(), present);
      ZeroPrice zero = ZeroPrice.of(work, request.mesh(), run.option(), stage.zero(), tied);
      seconds +=
          run.count()
              * LayerPoint.of(
                      work,
                      run.option(),
                      run.recompute(),
                      zero,
                      request.inFlight(),
                      work.microBatches(request.microBatch()))
                  .seconds();
    }
    return seconds;
  }

  /** All assignments of points to layers under one ZeRO stage and boundary. */
  private static final class Knapsack {
    private final Workpiece work;
    private final List<List<LayerPoint>> points = new ArrayList<>();
    private final List<Integer> counts = new ArrayList<>();
    private final double context;
    private double best = Double.POSITIVE_INFINITY;

    Knapsack(
        Workpiece work, StagePricer pricer, StagePricer.Request request, int zero, int boundary) {
      this.work = work;
      Chain chain = work.chain();
      LayerRange range = request.layers().getFirst();
      int[] present =
          java.util.stream.IntStream.range(0, chain.sections())
              .filter(s -> chain.count(s, range.from(), range.to()) > 0)
              .toArray();
      for (int s : present) {
        List<LayerPoint> own = new ArrayList<>();
        for (LayerOption o : pricer.pool(request.mesh(), request.microBatch()).options(s)) {
          if (o.boundary() == boundary) {
            ZeroPrice price =
                ZeroPrice.of(work, request.mesh(), o, zero, chain.tiedLater(s, present));
            for (RecomputeMode mode : work.recompute()) {
              own.add(
                  LayerPoint.of(
                      work,
                      o,
                      mode,
                      price,
                      request.inFlight(),
                      work.microBatches(request.microBatch())));
            }
          }
        }
        points.add(own);
        counts.add(chain.count(s, range.from(), range.to()));
      }
      int axes = 1;
      for (int size : request.mesh().sizes()) {
        axes += size > 1 ? 1 : 0;
      }
      context = work.cost().memory().contextBytes(axes);
    }

    double best() {
      assign(0, 0, counts.getFirst(), 0, 0, 0, 0);
      return best;
    }

    private void assign(
        int group,
        int point,
        int left,
        double seconds,
        double bytes,
        double saved,
        double working) {
      if (seconds >= best) {
        return;
      }
      if (left == 0) {
        if (group + 1 < counts.size()) {
          assign(group + 1, 0, counts.get(group + 1), seconds, bytes, saved, working);
          return;
        }
        double all =
            bytes
                + working
                + context
                + work.cost().memory().fragmentationBytes((long) (bytes - saved), (long) saved);
        best = all <= work.memory().of(0) ? seconds : best;
        return;
      }
      List<LayerPoint> own = points.get(group);
      if (point == own.size()) {
        return;
      }
      LayerPoint p = own.get(point);
      for (int n = 0; n <= left; n++) {
        assign(
            group,
            point + 1,
            left - n,
            seconds + n * p.seconds(),
            bytes + n * p.bytes(),
            saved + n * p.savedBytes(),
            n > 0 ? Math.max(working, p.transientBytes()) : working);
      }
    }

    /** Seconds of the largest step down any hull: what rounding can cost. */
    double largestStep() {
      double step = 0;
      for (List<LayerPoint> own : points) {
        List<LayerPoint> hull = LayerPoint.hull(own);
        for (int i = 1; i < hull.size(); i++) {
          step = Math.max(step, hull.get(i).seconds() - hull.get(i - 1).seconds());
        }
      }
      return step;
    }
  }
}
