package autopar.runtime.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.type.Precision;
import autopar.lowering.LowerPlan;
import autopar.plan.OffloadPlan;
import autopar.plan.OffloadTarget;
import autopar.planner.ForceParser;
import autopar.planner.PlanOptions;
import autopar.program.ProgramBundle;
import autopar.runtime.OptimizerSettings;
import autopar.runtime.StepData;
import autopar.runtime.SyntheticData;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.VectorProduct;
import autopar.runtime.rank.RankExecutor.Run;
import autopar.runtime.rank.RankObserver;
import autopar.runtime.rank.ReferenceTrainingRun;
import autopar.runtime.rank.RunDifferences;
import autopar.runtime.rank.TrainingRun;
import autopar.runtime.reference.ReferenceListener;
import autopar.training.Optimizer;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans of the shipped families, run on simulated ranks, equal the unsharded model. */
final class EqualityTest {

  private static final Map<String, Map<String, Long>> SMALL =
      Map.of(
          "mlp", Map.of("layers", 3L, "inputs", 6L, "hidden", 8L, "ffn", 12L, "outputs", 5L),
          "gpt", Map.of("layers", 4L, "seq", 6L, "hidden", 12L, "heads", 4L, "vocab", 17L),
          "llama",
              Map.of(
                  "layers",
                  3L,
                  "seq",
                  6L,
                  "hidden",
                  32L,
                  "heads",
                  4L,
                  "kv_heads",
                  2L,
                  "ffn",
                  20L,
                  "vocab",
                  17L),
          "mixtral",
              Map.of(
                  "layers",
                  2L,
                  "seq",
                  6L,
                  "hidden",
                  16L,
                  "heads",
                  4L,
                  "kv_heads",
                  2L,
                  "ffn",
                  10L,
                  "vocab",
                  17L,
                  "experts",
                  6L,
                  "capacity",
                  3L),
          "bert", Map.of("layers", 3L, "seq", 6L, "hidden", 12L, "heads", 4L, "vocab", 17L),
          "t5",
              Map.of(
                  "layers", 2L, "seq", 5L, "hidden", 12L, "heads", 4L, "head", 3L, "ffn", 16L,
                  "vocab", 17L),
          "conv", Map.of(),
          "bloom", Map.of("layers", 3L, "seq", 6L, "hidden", 12L, "heads", 4L, "vocab", 17L));

  /** The second step starts from what the first has updated. */
  private static final int STEPS = 2;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mlp | 1 | 4 | data=1",
        "mlp | 2 | 4 | data=2",
        "mlp | 2 | 4 | tensor=2,micro_batch=2",
        "mlp | 3 | 4 | stages=3,micro_batch=1",
        "gpt | 1 | 4 | micro_batch=2",
        "gpt | 2 | 4 | data=2,micro_batch=1",
        "gpt | 2 | 4 | tensor=2,micro_batch=2",
        "gpt | 2 | 4 | stages=2,micro_batch=1",
        "gpt | 4 | 4 | data=2,tensor=2,zero=3",
        "gpt | 4 | 4 | data=4,zero=2",
        "gpt | 4 | 5 | data=4,zero=1",
        "gpt | 3 | 5 | data=3,recompute=full",
        "gpt | 8 | 8 | stages=2,tensor=2,data=2,micro_batch=1",
        "gpt | 2 | 4 | tensor=2,sequence_parallel=true",
        "gpt | 3 | 6 | tensor=3",
        "gpt | 2 | 4 | stages=2,virtual_stages=2,micro_batch=1",
        "gpt | 2 | 4 | stages=2,schedule=gpipe,micro_batch=1",
        "llama | 2 | 4 | tensor=2",
        "llama | 4 | 4 | tensor=4",
        "llama | 6 | 6 | stages=3,data=2",
        "mixtral | 1 | 4 | micro_batch=2",
        "mixtral | 2 | 4 | data=2,micro_batch=1",
        "mixtral | 3 | 4 | tensor=3",
        "mixtral | 4 | 4 | tensor=4,sequence_parallel=true",
        "mixtral | 4 | 4 | data=2,tensor=2,zero=3,recompute=full",
        "mixtral | 6 | 6 | mesh=3x1/1x3,layers=1/1",
        "bert | 2 | 4 | data=2,micro_batch=1",
        "bert | 4 | 4 | tensor=2,stages=2",
        "t5 | 1 | 4 | micro_batch=2",
        "t5 | 2 | 4 | stages=2,micro_batch=1",
        "t5 | 2 | 4 | tensor=2",
        "t5 | 8 | 4 | stages=4,tensor=2",
        "bloom | 4 | 4 | tensor=4",
        "gpt | 3 | 4 | mesh=1x1/1x2,layers=1/3,micro_batch=2",
        "gpt | 6 | 12 | mesh=2x1/4x1,layers=1/3",
        "gpt | 6 | 6 | mesh=2x1/2x2,layers=3/1,recompute=selective",
        "llama | 24 | 24 | stages=3,data=4,tensor=2",
        "gpt | 24 | 24 | stages=4,data=3,tensor=2,zero=1",
        "bert | 24 | 24 | data=6,tensor=4,zero=2",
        "conv | 1 | 8 | data=1",
        "conv | 2 | 8 | data=2",
        "conv | 3 | 7 | data=3,zero=3",
        "conv | 2 | 8 | tensor=2",
        "conv | 2 | 8 | stages=2,micro_batch=2",
      })
  void equal(String model, int devices, long batch, String force) {
    equal(model, devices, batch, Optimizer.ADAMW, force);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SGD | gpt | 4 | 4 | data=2,tensor=2,zero=3",
        "ADAFACTOR | llama | 1 | 4 | data=1",
        "ADAFACTOR | llama | 12 | 8 | stages=3,tensor=2,data=2,micro_batch=1,zero=1",
        "ADAFACTOR | llama | 4 | 4 | data=4,zero=3",
        "ADAFACTOR | llama | 3 | 6 | tensor=3",
        "ADAFACTOR | llama | 4 | 4 | tensor=4",
      })
  void equalWithOtherOptimizers(
      Optimizer optimizer, String model, int devices, long batch, String force) {
    equal(model, devices, batch, optimizer, force);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ADAMW | gpt | 1 | 4 | data=1",
        "SGD | gpt | 4 | 4 | data=2,tensor=2,zero=3",
        "ADAMW | llama | 6 | 6 | stages=3,data=2,zero=1",
        "ADAFACTOR | llama | 4 | 4 | tensor=4",
      })
  void equalWithOptimizersOnTheHost(
      Optimizer optimizer, String model, int devices, long batch, String force) {
    PlanOptions options =
        PlanOptions.DEFAULT
            .withForced(ForceParser.parse(force))
            .withOffload(
                new OffloadPlan(OffloadTarget.CPU, OffloadTarget.NONE, OffloadTarget.NONE));
    PlannedModel planned =
        PlannedModel.of(
            model, SMALL.get(model), devices, batch, Precision.FP32, optimizer, options);
    assertThat(planned.plan().stages())
        .allMatch(stage -> stage.offload().optimizer() == OffloadTarget.CPU);
    equal(planned);
  }

  private static void equal(
      String model, int devices, long batch, Optimizer optimizer, String force) {
    equal(
        PlannedModel.of(model, SMALL.get(model), devices, batch, Precision.FP32, optimizer, force));
  }

  private static void equal(PlannedModel planned) {
    ProgramBundle bundle = LowerPlan.lower(planned.plan(), planned.graph());
    StepData data = new SyntheticData(planned.graph(), 7);
    Run settings = new Run(bundle, data, OptimizerSettings.DEFAULTS, 3, RankObserver.SILENT);
    RunDifferences differences = new RunDifferences();
    TrainingRun reference =
        new ReferenceTrainingRun(settings, planned.graph(), ReferenceListener.SILENT);
    try (TrainingRun run =
        new SimulatedRun(settings, new FloatKernels(new VectorProduct()), false)) {
      for (int step = 0; step < STEPS; step++) {
        double loss = run.step(step).orElseThrow();
        double expected = reference.step(step).orElseThrow();
        differences.add(loss, run.gather(), expected, reference.gather());
      }
    }
    assertThat(differences.loss()).isLessThan(1e-5);
    assertThat(differences.gradients().difference())
        .as("gradient of %s", differences.gradients().tensor())
        .isLessThan(1e-5);
    assertThat(differences.parameters().difference())
        .as("parameter %s", differences.parameters().tensor())
        .isLessThan(1e-5);
  }
}
