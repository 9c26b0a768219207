package autopar.planner;

import autopar.cluster.Cluster;
import autopar.cluster.Device;
import autopar.cluster.HostGroup;
import autopar.cluster.SoftwareProfile;
import autopar.interop.Candidate;
import autopar.interop.Chain;
import autopar.interop.LayerRun;
import autopar.interop.PricedStage;
import autopar.interop.SearchResult;
import autopar.interop.StepPrice;
import autopar.interop.Workpiece;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Section;
import autopar.plan.Execution;
import autopar.plan.ExploredLayout;
import autopar.plan.LayerRange;
import autopar.plan.MemoryBreakdown;
import autopar.plan.MeshAxis;
import autopar.plan.PassPrediction;
import autopar.plan.PipelineSchedule;
import autopar.plan.Plan;
import autopar.plan.PlanCluster;
import autopar.plan.PlanHosts;
import autopar.plan.PlanModel;
import autopar.plan.PlanPrediction;
import autopar.plan.PlanTensor;
import autopar.plan.PredictedShares;
import autopar.plan.RecomputeCounts;
import autopar.plan.ReferenceLayout;
import autopar.plan.SearchReport;
import autopar.plan.StagePlan;
import autopar.plan.StagePrediction;
import autopar.plan.TensorBytes;
import autopar.plan.Workload;
import autopar.plan.WorkloadKind;
import autopar.units.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Writes the best pipeline down as a plan. */
final class PlanAssembler {

  private static final List<String> AXES = List.of("data", "tensor", "depth");

  private final PlanRequest request;
  private final Planner.Problem problem;
  private final Workpiece work;
  private final SearchResult result;
  private final Candidate best;
  private final StepPrice.Passes passes;
  private final double fixedSeconds;
  private final int microBatches;

  PlanAssembler(PlanRequest request, Planner.Problem problem, SearchResult result) {
    this.request = request;
    this.problem = problem;
    this.work = problem.work();
    this.result = result;
    this.best = result.ranked().getFirst().candidate();
    StepPrice price = new StepPrice(work, request.cluster());
    this.passes = price.passes(best);
    this.fixedSeconds = price.fixedSeconds(best);
    this.microBatches = work.microBatches(best.microBatch());
  }

  Plan assemble() {
    List<PlanTensor> tensors = new ArrayList<>();
    List<StagePlan> stages = new ArrayList<>();
    PlanTensors lister = new PlanTensors(work, problem.structures(), best.microBatch(), AXES);
    for (int i = 0; i < best.stages().size(); i++) {
      List<PlanTensor> own = lister.of(i, best.stages().get(i), inFlight(i));
      tensors.addAll(own);
      stages.add(stage(i, own, lister.prices()));
    }
    PlanCluster cluster = cluster();
    PlanModel model = model();
    Workload workload = workload();
    long peak = stages.stream().mapToLong(s -> s.predicted().memory().total()).max().orElse(0);
    double step = result.ranked().getFirst().seconds();
    double bound = Math.min(step, result.lowerBound());
    PlanPrediction predicted =
        PlanPrediction.of(
            step,
            workload,
            model,
            cluster,
            request.devices(),
            bubble(step),
            peak,
            bound,
            fixedSeconds,
            result.boundMethod());
    return new Plan(
        model,
        cluster,
        workload,
        execution(),
        request.devices(),
        best.microBatch(),
        microBatches,
        new PipelineSchedule(work.schedule(), work.virtualStages()),
        stages,
        idle(),
        request.hashes(),
        tensors,
        lister.strategies(),
        lister.prices().all(),
        predicted,
        search(step, peak));
  }

  private PlanModel model() {
    Graph graph = request.graph();
    return new PlanModel(
        graph.name(),
        graph.parameterCount(),
        graph.trainableParameterCount(),
        graph.layers(),
        ModelFlops.trainingPerSample(problem.training()));
  }

  private PlanCluster cluster() {
    Cluster c = request.cluster();
    List<PlanHosts> hosts = new ArrayList<>();
    for (HostGroup group : c.groupsInUse()) {
      Device device = c.kinds().get(group.kind()).device();
      hosts.add(
          new PlanHosts(
              group.hosts(),
              group.devicesPerHost(),
              device.model(),
              device.memoryBytes(),
              device.memoryBytes(),
              device.peak(request.precision())));
    }
    return new PlanCluster(
        c.name(),
        c.deviceNames(),
        c.hosts(),
        c.mostPerHost(),
        c.mostUsableBytes(),
        c.mostUsableBytes(),
        c.peak(request.precision()),
        hosts);
  }

  private Workload workload() {
    return new Workload(
        WorkloadKind.TRAINING,
        request.globalBatch(),
        request.graph().dims().getOrDefault("seq", 1L),
        request.precision(),
        Optional.of(request.optimizer()));
  }

  private Execution execution() {
    Forced forced = request.options().forced();
    SoftwareProfile software = work.cost().software();
    return new Execution(
        Planner.attention(request, software).text(),
        forced.fp32Gradients().orElse(false),
        work.overlapGradients(),
        software.name());
  }

  /** Micro-batches of each chunk that stage {@code i} holds at its peak. */
  private int[] inFlight(int i) {
    int stages = best.stages().size();
    double all = work.inFlight(stages - i, stages, microBatches);
    int virtual = work.virtualStages();
    int[] perChunk = new int[virtual];
    int left = (int) Math.round(all * virtual);
    for (int c = 0; c < virtual; c++) {
      perChunk[c] = Math.min(microBatches, Math.ceilDiv(left, virtual - c));
      left -= perChunk[c];
    }
    return perChunk;
  }

  private StagePlan stage(int i, List<PlanTensor> tensors, PlanLayerPrices prices) {
    PricedStage stage = best.stages().get(i);
    List<LayerRange> ranges = new ArrayList<>();
    List<String> names = new ArrayList<>();
    boolean layered = request.graph().layers() > 0;
    for (autopar.interop.LayerRange range : stage.layers()) {
      ranges.add(layered ? new LayerRange(range.from(), range.to()) : new LayerRange(0, 0));
      names.addAll(layered ? layerNames(range) : List.of());
    }
    List<MeshAxis> mesh = new ArrayList<>();
    for (int axis = 0; axis < stage.mesh().axes(); axis++) {
      mesh.add(new MeshAxis(AXES.get(axis), stage.mesh().sizes()[axis]));
    }
    int first = best.firstDevices().get(i);
    List<Integer> devices = new ArrayList<>();
    for (int d = 0; d < stage.mesh().devices(); d++) {
      devices.add(best.order().rank(first + d));
    }
    return new StagePlan(
        i,
        ranges,
        names,
        devices,
        mesh,
        stage.zero(),
        recompute(stage),
        request.options().offload(),
        prediction(i, stage, mesh, tensors, prices));
  }

  private List<String> layerNames(autopar.interop.LayerRange range) {
    Chain chain = work.chain();
    List<String> names = new ArrayList<>();
    for (int unit = range.from(); unit < range.to(); unit++) {
      for (int s = 0; s < chain.sections(); s++) {
        if (chain.graph().sections().get(s) instanceof Section.Repeat r
            && chain.count(s, unit, unit + 1) > 0) {
          names.add(r.block() + "." + (r.firstInstance() + unit - chain.firstUnit(s)));
        }
      }
    }
    return names;
  }

  private RecomputeCounts recompute(PricedStage stage) {
    int[] counts = new int[3];
    for (LayerRun run : stage.runs()) {
      if (work.chain().graph().sections().get(run.section()).layers() > 0) {
        counts[run.recompute().ordinal()] += run.count();
      }
    }
    return new RecomputeCounts(counts[0], counts[1], counts[2]);
  }

  private StagePrediction prediction(
      int i,
      PricedStage stage,
      List<MeshAxis> mesh,
      List<PlanTensor> tensors,
      PlanLayerPrices prices) {
    int stages = best.stages().size();
    List<PassPrediction> own = new ArrayList<>();
    double all = 0;
    double sends = 0;
    for (int v = 0; v < work.virtualStages(); v++) {
      int chunk = v * stages + i;
      sends += passes.waited()[chunk];
      own.add(
          new PassPrediction(
              passes.forward()[chunk],
              passes.backward()[chunk],
              passes.sendForward()[chunk],
              passes.sendBackward()[chunk]));
      all += passes.forward()[chunk] + passes.backward()[chunk];
    }
    TensorBytes bytes = TensorBytes.of(tensors, i, mesh, request.options().offload());
    return new StagePrediction(
        stage.forward(),
        stage.backward(),
        Math.max(0, all - stage.forward() - stage.backward()),
        passes.tail()[i],
        new PredictedShares(
            stage.parts().recompute(),
            stage.parts().gather().exposed() + stage.parts().scatter().exposed(),
            sends,
            stage.parts().update()),
        own,
        PlanTimes.of(stage, i, stages, passes, prices.communicationSeconds(stage)),
        MemoryBreakdown.of(
            bytes.parameters(),
            bytes.gradients(),
            bytes.optimizer(),
            bytes.activations(),
            (long) Math.ceil(stage.memory().workspace())));
  }

  /** The share of the stages' device-seconds in which a stage waits for another. */
  private double bubble(double step) {
    double busy = 0;
    double available = 0;
    int stages = best.stages().size();
    for (int i = 0; i < stages; i++) {
      double own = passes.tail()[i] + fixedSeconds;
      for (int v = 0; v < work.virtualStages(); v++) {
        int chunk = v * stages + i;
        own += microBatches * (passes.forward()[chunk] + passes.backward()[chunk]);
      }
      int devices = best.stages().get(i).mesh().devices();
      busy += devices * Math.min(step, own);
      available += devices * step;
    }
    return 1 - busy / available;
  }

  private List<Integer> idle() {
    boolean[] used = new boolean[request.devices()];
    for (int i = 0; i < best.stages().size(); i++) {
      int first = best.firstDevices().get(i);
      Arrays.fill(used, first, first + best.stages().get(i).mesh().devices(), true);
    }
    List<Integer> idle = new ArrayList<>();
    for (int d = 0; d < used.length; d++) {
      if (!used[d]) {
        idle.add(best.order().rank(d));
      }
    }
    return idle;
  }

  private SearchReport search(double step, long peak) {
    List<String> notes = new ArrayList<>();
    if (best.devices() < request.devices()) {
      notes.add(
          (request.devices() - best.devices())
              + " devices idle: every pipeline found that uses them is slower");
    }
    if (result.lowerBound() == 0) {
      notes.add("the time limit cut the search: no lower bound was proved");
    }
    return new SearchReport(
        0,
        request.options().seed(),
        request.options().threads(),
        result.candidates(),
        "exact variable elimination inside layers, dynamic programming over stages",
        RunnersUp.of(work, request.cluster(), result),
        notes,
        explored(step, peak),
        references());
  }

  /** What was simulated; the chosen one first, with what its tensors need to the byte. */
  private List<ExploredLayout> explored(double step, long peak) {
    List<ExploredLayout> explored = new ArrayList<>();
    explored.add(
        new ExploredLayout(
            RunnersUp.layout(best), best.stages().size(), best.devices(), step, peak));
    for (SearchResult.Ranked other : result.explored()) {
      if (!other.candidate().equals(best)) {
        explored.add(explored(other));
      }
    }
    return explored;
  }

  private static ExploredLayout explored(SearchResult.Ranked ranked) {
    Candidate c = ranked.candidate();
    double peak = c.stages().stream().mapToDouble(s -> s.memory().total()).max().orElse(0);
    return new ExploredLayout(
        RunnersUp.layout(c),
        c.stages().size(),
        c.devices(),
        ranked.seconds(),
        (long) Math.ceil(peak));
  }

  private List<ReferenceLayout> references() {
    return result.references().stream()
        .map(r ->
            new ReferenceLayout(
                r.name(),
                r.rule(),
                r.best().map(PlanAssembler::explored),
                r.best().isPresent() ? "" : missing(r.missingBytes())))
        .toList();
  }

  private static String missing(double bytes) {
    return Double.isInfinite(bytes)
        ? "no such layout exists for these devices"
        : "the leanest lacks " + new Bytes((long) Math.ceil(bytes)) + " on its fullest device";
  }
}
