package autopar.plan;

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
        CLUSTER,
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
        PlanPrediction.of(
            2, WORKLOAD, MODEL, CLUSTER, 5, 0.2, 2344, 1.5, "slowest stage at its cheapest"),
        new SearchReport(
            0.25,
            7,
            2,
            1234,
            "elimination",
            List.of(new RunnerUp("4 stages of 1", 2.5, "bubble of 0.4 s")),
            List.of()));
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
