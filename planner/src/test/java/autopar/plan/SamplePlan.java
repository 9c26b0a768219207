package autopar.plan;

import autopar.cost.Collective;
import autopar.ir.type.Precision;
import autopar.schedule.ScheduleKind;
import autopar.training.Optimizer;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A sound plan small enough to follow by hand: four layers, two stages of two devices, one idle.
 */
final class SamplePlan {
  private static final PlanModel MODEL = new PlanModel("tiny", 168, 168, 4, 6000);
  private static final PlanCluster CLUSTER =
      new PlanCluster("a800", "A800-SXM4-80GB", 1, 8, 10_000, 9_000, 1e6);
  private static final Workload WORKLOAD =
      new Workload(WorkloadKind.TRAINING, 15, 16, Precision.BF16, Optional.of(Optimizer.ADAMW));

  private SamplePlan() {}

  static Plan plan() {
    return on(CLUSTER);
  }

  /** The same on a host of three devices and one of two that are smaller and slower. */
  static Plan onHostsThatDiffer() {
    return on(
        new PlanCluster(
            "mixed",
            "A and B",
            2,
            3,
            10_000,
            9_000,
            1e6,
            List.of(
                new PlanHosts(1, 3, "A", 10_000, 9_000, 1.2e6),
                new PlanHosts(1, 2, "B", 7_000, 6_000, 0.7e6))));
  }

  private static Plan on(PlanCluster cluster) {
    List<PlanTensor> tensors = new ArrayList<>();
    List<StagePlan> stages = new ArrayList<>();
    for (int s = 0; s < 2; s++) {
      parameter(tensors, s, "wte", List.of(10L, 4L), List.of(List.of("tensor"), List.of()));
      for (int layer = 2 * s; layer < 2 * s + 2; layer++) {
        parameter(
            tensors,
            s,
            "block." + layer + ".w",
            List.of(4L, 8L),
            List.of(List.of(), List.of("tensor")));
      }
      activation(tensors, s, 2 - s);
      stages.add(stage(s, tensors));
    }
    return new Plan(
        MODEL,
        cluster,
        WORKLOAD,
        new Execution("flash", false, true, "megatron-2022"),
        5,
        4,
        4,
        new PipelineSchedule(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, 1),
        stages,
        List.of(4),
        new PlanHashes("0f".repeat(32), "a1".repeat(32)),
        tensors,
        List.of(strategy(0, 0), strategy(0, 1), strategy(1, 2), strategy(1, 3)),
        List.of(price()),
        PlanPrediction.of(
            2, WORKLOAD, MODEL, cluster, 5, 0.2, 2344, 1.5, 0.286, "slowest stage at its cheapest"),
        new SearchReport(
            0.25,
            7,
            2,
            1234,
            "elimination",
            List.of(new RunnerUp("4 stages of 1", 2.5, "bubble of 0.4 s")),
            List.of(),
            List.of(
                new ExploredLayout("2 stages", 2, 4, 2, 2344),
                new ExploredLayout("4 stages of 1", 4, 4, 2.5, 2000)),
            List.of(
                new ReferenceLayout(
                    "data parallel",
                    "one stage",
                    Optional.of(new ExploredLayout("1 stage", 1, 5, 3, 8000)),
                    ""),
                new ReferenceLayout("ZeRO-3", "one stage", Optional.empty(), "no memory"))));
  }

  /** All four layers cost the same: one product, whose sum is gathered. */
  private static LayerPrice price() {
    List<LayerPrice.Use> uses = new ArrayList<>();
    for (int layer = 0; layer < 4; layer++) {
      uses.add(new LayerPrice.Use(layer / 2, 0, 1, new LayerRange(layer, layer + 1)));
    }
    LayerPrice.Operation product =
        new LayerPrice.Operation(
            "y",
            "einsum(\"bsh,hf->bsf\", x, w)",
            List.of(
                new LayerPrice.Operand("x", "bf16[4@data, 16, 4]", false),
                new LayerPrice.Operand("w", "bf16[4, 8@tensor]", true)),
            List.of(new LayerPrice.Operand("y", "bf16[4@data, 16, 8@tensor]", false)),
            0.05,
            0.075,
            true);
    LayerPrice.Move gather =
        new LayerPrice.Move(Collective.ALL_GATHER, List.of("tensor"), 512, 0.01);
    return new LayerPrice(
        uses,
        List.of(product),
        List.of(
            new LayerPrice.Flow("x", LayerPrice.IN, "y", List.of(gather), List.of(), true),
            new LayerPrice.Flow("y", "y", LayerPrice.OUT, List.of(), List.of(gather), false)));
  }

  /** Layer {@code layer}: the even ones keep everything, the odd ones recompute. */
  private static LayerStrategy strategy(int stage, int layer) {
    return new LayerStrategy(
        stage,
        0,
        1,
        "block",
        new LayerRange(layer, layer + 1),
        layer % 2 == 0 ? RecomputeMode.NONE : RecomputeMode.FULL,
        List.of(0, 1),
        List.of(new LayerStrategy.NodeStrategy("y", List.of("b", ""))),
        List.of(
            new LayerStrategy.HubStrategy(
                "x",
                List.of(List.of("data"), List.of("tensor"), List.of()),
                List.of(List.of("data"), List.of(), List.of()),
                List.of("tensor"))));
  }

  private static StagePlan stage(int s, List<PlanTensor> tensors) {
    List<MeshAxis> mesh = List.of(new MeshAxis("data", 1), new MeshAxis("tensor", 2));
    TensorBytes bytes = TensorBytes.of(tensors, s, mesh, OffloadPlan.NONE);
    return new StagePlan(
        s,
        List.of(new LayerRange(2 * s, 2 * s + 2)),
        List.of("block." + 2 * s, "block." + (2 * s + 1)),
        List.of(2 * s, 2 * s + 1),
        mesh,
        1,
        new RecomputeCounts(1, 0, 1),
        OffloadPlan.NONE,
        new StagePrediction(
            0.1,
            0.2,
            0.05,
            0.01,
            new PredictedShares(0.04, 0.01, 0.02, 0.005),
            List.of(new PassPrediction(0.12, 0.22, 0.001, 0.001)),
            List.of(
                new TimePart(TimeKind.FORWARD, 0.1, 0),
                new TimePart(TimeKind.RECOMPUTE, 0.05, 0),
                new TimePart(TimeKind.BACKWARD, 0.15, 0),
                new TimePart(TimeKind.ALL_REDUCE, 0.04, 0),
                new TimePart(TimeKind.GRADIENT_SYNC, 0.008, 0.02),
                new TimePart(TimeKind.UPDATE, 0.002, 0)),
            MemoryBreakdown.of(
                bytes.parameters(),
                bytes.gradients(),
                bytes.optimizer(),
                bytes.activations(),
                1000)));
  }

  private static void parameter(
      List<PlanTensor> tensors, int s, String name, List<Long> shape, List<List<String>> on) {
    tensors.add(tensor(name, s, TensorKind.PARAMETER, shape, Dtype.BF16, on, TensorPhase.FORWARD));
    tensors.add(
        tensor(
            "grad(" + name + ")",
            s,
            TensorKind.GRADIENT,
            shape,
            Dtype.BF16,
            on,
            TensorPhase.BACKWARD));
    for (String state : List.of("master", "m", "v")) {
      tensors.add(
          tensor(
              state + "(" + name + ")",
              s,
              TensorKind.OPTIMIZER,
              shape,
              Dtype.FP32,
              on,
              TensorPhase.UPDATE));
    }
  }

  private static PlanTensor tensor(
      String name,
      int s,
      TensorKind kind,
      List<Long> shape,
      Dtype dtype,
      List<List<String>> on,
      TensorPhase phase) {
    return PlanTensor.of(name, s, kind, shape, dtype, on, phase);
  }

  private static void activation(List<PlanTensor> tensors, int s, int inFlight) {
    tensors.add(
        new PlanTensor(
            "block.x",
            s,
            TensorKind.ACTIVATION,
            List.of(4L, 16L, 4L),
            Dtype.BF16,
            List.of(List.of("data"), List.of("tensor"), List.of()),
            List.of(),
            TensorPhase.FORWARD,
            Optional.empty(),
            List.of(),
            Optional.of(new SavedActivation(0, 1, inFlight, RecomputeMode.FULL))));
    tensors.add(
        new PlanTensor(
            "grad(block.x)",
            s,
            TensorKind.ACTIVATION,
            List.of(4L, 16L, 4L),
            Dtype.BF16,
            List.of(List.of("data"), List.of(), List.of()),
            List.of("tensor"),
            TensorPhase.BACKWARD,
            Optional.empty(),
            List.of(),
            Optional.empty()));
  }
}
