package autopar.planner;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.cluster.GroupShape;
import autopar.cluster.GroupShapes;
import autopar.diagnostics.SourceFile;
import autopar.interop.Candidate;
import autopar.interop.Chain;
import autopar.interop.DeviceOrder;
import autopar.interop.LayerRange;
import autopar.interop.LayerRun;
import autopar.interop.PricedStage;
import autopar.interop.SearchResult;
import autopar.interop.Shortfall;
import autopar.interop.StageMemory;
import autopar.interop.StageParts;
import autopar.interop.StepPrice;
import autopar.interop.Workpiece;
import autopar.intraop.BodyStructure;
import autopar.intraop.BoundaryCodes;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.plan.Plan;
import autopar.plan.PlanHashes;
import autopar.schedule.ScheduleKind;
import autopar.strategy.AxisUse;
import autopar.strategy.PricedMesh;
import autopar.training.LowerAttention;
import autopar.training.Optimizer;
import autopar.training.RecomputeMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

/**
 * A plan that nobody would choose: every decision that a planner could take is drawn from a seed.
 * What follows from the decisions is right, so that the plan must run, and run correctly.
 *
 * @param description the decisions in short
 */
record RandomPlan(long seed, String description, Graph graph, Plan plan) {

  private static final Path HOME = Path.of(System.getProperty("autopar.home"));
  private static final int MOST_RANKS = 12;

  /** The graph as the plan runs it. */
  Graph executed() {
    return plan.execution().attention().equals("unfused") ? LowerAttention.unfused(graph) : graph;
  }

  /** The plan of {@code seed}. */
  static RandomPlan of(long seed) {
    return new Draw(seed).plan();
  }

  /** The same model and batches on one rank. */
  RandomPlan alone() {
    Draw draw = new Draw(seed);
    draw.gather();
    return draw.plan();
  }

  /** Draws one plan. */
  private static final class Draw {
    private final long seed;
    private final Random random;
    private final RandomModel model;
    private final Map<String, Long> dims;
    private final Graph graph;
    private final String force;
    private final Cluster host;
    private final int microBatch;
    private final int globalBatch;
    private final ScheduleKind schedule;
    private int virtualStages;
    private final List<Integer> cuts = new ArrayList<>();
    private final List<int[]> meshes = new ArrayList<>();

    Draw(long seed) {
      this.seed = seed;
      random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
      model = RandomModel.values()[random.nextInt(RandomModel.values().length)];
      dims = model.dims(random);
      graph = model.graph(dims);
      force =
          "attention=%s,fp32_gradients=%s"
              .formatted(random.nextBoolean() ? "flash" : "unfused", random.nextBoolean());
      host = cluster().withHosts(random.nextBoolean() ? 2 : 4);
      microBatch = 1 + random.nextInt(5);
      globalBatch = microBatch * random.nextInt(1, 4) + random.nextInt(microBatch);
      int ranges = 1 + random.nextInt(Math.min(6, new Chain(graph).units()));
      schedule = ScheduleKind.values()[random.nextInt(ScheduleKind.values().length)];
      List<Integer> divisors = new ArrayList<>();
      for (int v = 1; v <= ranges; v++) {
        if (ranges % v == 0 && (v == 1 || schedule == ScheduleKind.INTERLEAVED)) {
          divisors.add(v);
        }
      }
      virtualStages = divisors.get(random.nextInt(divisors.size()));
      cut(ranges);
      mesh(ranges / virtualStages);
    }

    private void cut(int ranges) {
      int units = new Chain(graph).units();
      TreeSet<Integer> inner = new TreeSet<>();
      while (inner.size() < ranges - 1) {
        inner.add(1 + random.nextInt(units - 1));
      }
      cuts.add(0);
      cuts.addAll(inner);
      cuts.add(units);
    }

    /** A mesh per stage; as long as stages are left, each gets one rank at least. */
    private void mesh(int stages) {
      int left = MOST_RANKS;
      for (int s = 0; s < stages; s++) {
        int most = left - (stages - 1 - s);
        int[] sizes = new int[1 + random.nextInt(3)];
        int devices;
        do {
          devices = 1;
          for (int axis = 0; axis < sizes.length; axis++) {
            sizes[axis] = 1 + random.nextInt(4);
            devices *= sizes[axis];
          }
        } while (devices > most);
        left -= devices;
        meshes.add(sizes);
      }
    }

    /** Forgets about parallelism. */
    void gather() {
      virtualStages = 1;
      cuts.subList(1, cuts.size() - 1).clear();
      meshes.clear();
      meshes.add(new int[] {1});
    }

    RandomPlan plan() {
      int used = 0;
      List<Integer> first = new ArrayList<>();
      for (int[] mesh : meshes) {
        first.add(used);
        used += devices(mesh);
      }
      int perHost = host.mostPerHost();
      boolean wholeHosts = random.nextBoolean();
      int hosts = Math.ceilDiv(used, perHost) + (random.nextInt(4) == 0 ? 1 : 0);
      Cluster cluster = host.withDevices(wholeHosts ? hosts * perHost : used);
      int column = wholeHosts && random.nextInt(3) == 0 ? perHost / 2 : perHost;
      DeviceOrder order = new DeviceOrder(cluster.hosts(), perHost, column);
      PlanRequest request = request(cluster);
      Planner.Problem problem = problem(request);
      List<PricedStage> stages = new ArrayList<>();
      for (int s = 0; s < meshes.size(); s++) {
        stages.add(stage(s, first.get(s), problem, cluster));
      }
      Candidate candidate = new Candidate(microBatch, order, stages, first);
      double seconds = new StepPrice(problem.work(), cluster).seconds(candidate);
      SearchResult result =
          new SearchResult(
              List.of(new SearchResult.Ranked(candidate, seconds)),
              0,
              "none",
              1,
              Shortfall.UNKNOWN,
              List.of(),
              List.of());
      Plan plan = new PlanAssembler(request, problem, result).assemble();
      return new RandomPlan(seed, description(plan), graph, plan);
    }

    private PlanRequest request(Cluster cluster) {
      return new PlanRequest(
          graph,
          cluster,
          globalBatch,
          Precision.FP32,
          random.nextBoolean() ? Optimizer.ADAMW : Optimizer.SGD,
          PlanOptions.DEFAULT.withForced(ForceParser.parse(force)),
          new PlanHashes("0".repeat(64), "1".repeat(64)),
          ProgressListener.SILENT);
    }

    private Planner.Problem problem(PlanRequest request) {
      Planner.Problem asked = Planner.problem(request);
      Workpiece any = asked.work();
      Workpiece work =
          new Workpiece(
              any.chain(),
              any.cost(),
              any.globalBatch(),
              any.precision(),
              any.optimizer(),
              any.parameterBytes(),
              schedule,
              virtualStages,
              AxisUse.FREE,
              any.recompute(),
              any.zero(),
              any.zeroGroup(),
              any.overlapGradients(),
              any.offloadOptimizer(),
              any.memory());
      return new Planner.Problem(
          work,
          RequestedWork.space(request),
          asked.structures(),
          asked.solutions(),
          asked.training());
    }

    private PricedStage stage(int s, int first, Planner.Problem problem, Cluster cluster) {
      Chain chain = problem.work().chain();
      PricedMesh mesh = priced(meshes.get(s), cluster, first);
      int[] boundaries =
          BoundaryCodes.of(chain.boundaryType(), mesh.sizes(), microBatch, AxisUse.FREE);
      int boundary = boundaries[random.nextInt(boundaries.length)];
      List<LayerRange> ranges = new ArrayList<>();
      for (int v = 0; v < virtualStages; v++) {
        int range = v * meshes.size() + s;
        ranges.add(new LayerRange(cuts.get(range), cuts.get(range + 1)));
      }
      List<LayerRun> runs = new ArrayList<>();
      for (int section = 0; section < chain.sections(); section++) {
        int left = 0;
        for (LayerRange range : ranges) {
          left += chain.count(section, range.from(), range.to());
        }
        while (left > 0) {
          int count = 1 + random.nextInt(left);
          BodyStructure structure = problem.structures().get(section);
          RecomputeMode mode =
              RecomputeMode.values()[random.nextInt(RecomputeMode.values().length)];
          runs.add(
              new LayerRun(
                  section,
                  RandomOption.of(structure, mesh.sizes(), microBatch, random),
                  mode,
                  count));
          left -= count;
        }
      }
      return new PricedStage(
          ranges,
          mesh,
          random.nextInt(4),
          boundary,
          runs,
          1e-3,
          2e-3,
          0,
          0,
          1e-4,
          new StageMemory(0, 0, 0, 0, 0),
          new StageParts(
              0,
              0,
              StageParts.Share.NOTHING,
              StageParts.Share.NOTHING,
              0,
              new StageParts.Share(1e-4, 0),
              0));
    }

    private static PricedMesh priced(int[] sizes, Cluster cluster, int first) {
      GroupShape[] groups = new GroupShape[1 << sizes.length];
      for (int mask = 1; mask < groups.length; mask++) {
        groups[mask] = GroupShapes.of(cluster, first, sizes, mask);
      }
      return new PricedMesh(sizes, groups, cluster.kindsOf(first, 1));
    }

    private static int devices(int[] mesh) {
      int devices = 1;
      for (int size : mesh) {
        devices *= size;
      }
      return devices;
    }

    private String description(Plan plan) {
      List<String> sizes = new ArrayList<>();
      for (int s = 0; s < meshes.size(); s++) {
        List<String> axes = new ArrayList<>();
        for (int size : meshes.get(s)) {
          axes.add(Integer.toString(size));
        }
        sizes.add(String.join("x", axes) + " zero " + plan.stages().get(s).zero());
      }
      return "seed %d: %s %s, %d of %d ranks, meshes %s, cuts %s, %s v%d, batch %d in %d, %s, %s"
          .formatted(
              seed,
              model,
              dims,
              plan.devices() - plan.idle().size(),
              plan.devices(),
              sizes,
              cuts,
              schedule.text(),
              virtualStages,
              globalBatch,
              microBatch,
              plan.workload().optimizer().orElseThrow().text(),
              force);
    }

    private static Cluster cluster() {
      Path file = HOME.resolve("models/clusters/a800.json");
      try {
        return ClusterReader.read(new SourceFile("a800", Files.readString(file)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
