package autopar.runtime.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.RunFailure;
import autopar.ir.type.Precision;
import autopar.lowering.LowerPlan;
import autopar.program.Instruction;
import autopar.program.ProgramBundle;
import autopar.runtime.CounterRandom;
import autopar.runtime.OptimizerSettings;
import autopar.runtime.SyntheticData;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.VectorProduct;
import autopar.runtime.rank.RankExecutor.Run;
import autopar.runtime.rank.RankObserver;
import autopar.runtime.rank.WholeTensors.Gathered;
import autopar.training.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams that run side by side give the bits of one instruction after the other. */
final class StreamOrderTest {

  private static final int STEPS = 2;
  private static final int DELAYED = 8;
  private static final long DELAY_NANOS = 300_000;

  private static final Map<String, Long> SIZES =
      Map.of("layers", 4L, "seq", 6L, "hidden", 12L, "heads", 4L, "vocab", 17L);

  private record Outcome(List<Double> losses, Gathered tensors) {}

  /** Holds some instructions up, others at every seed. */
  private static RankObserver delays(long seed) {
    AtomicInteger count = new AtomicInteger();
    return (step, instruction, describe) -> {
      if (CounterRandom.bits(seed, count.incrementAndGet()) % DELAYED == 0) {
        LockSupport.parkNanos(DELAY_NANOS);
      }
    };
  }

  private static Outcome run(PlannedModel planned, RankObserver observer, boolean sideBySide) {
    ProgramBundle bundle = LowerPlan.lower(planned.plan(), planned.graph());
    Run run =
        new Run(
            bundle, new SyntheticData(planned.graph(), 7), OptimizerSettings.DEFAULTS, 3, observer);
    FloatKernels kernels = new FloatKernels(new VectorProduct());
    try (SimulatedRun training = new SimulatedRun(run, kernels, sideBySide)) {
      List<Double> losses = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        losses.add(training.step(step).orElseThrow());
      }
      return new Outcome(losses, training.gather());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4 | 4 | data=2,tensor=2,zero=3,micro_batch=1",
        "4 | 5 | data=4,zero=1",
        "3 | 6 | tensor=3,micro_batch=2",
        "8 | 8 | stages=2,tensor=2,data=2,micro_batch=1,zero=2",
        "2 | 6 | stages=2,virtual_stages=2,micro_batch=1",
        "4 | 6 | stages=4,schedule=gpipe,micro_batch=1,recompute=full",
        "6 | 12 | mesh=2x1/4x1,layers=1/3,micro_batch=3",
      })
  void sameBits(int devices, long batch, String force) {
    PlannedModel planned =
        PlannedModel.of("gpt", SIZES, devices, batch, Precision.FP32, Optimizer.ADAMW, force);
    Outcome expected = run(planned, RankObserver.SILENT, false);
    for (long seed = 0; seed < 3; seed++) {
      Outcome sideBySide = run(planned, delays(seed), true);
      assertThat(sideBySide.losses()).isEqualTo(expected.losses());
      assertThat(sideBySide.tensors()).usingRecursiveComparison().isEqualTo(expected.tensors());
    }
  }

  /** What fails on one stream ends the others, which wait for it, and the other ranks. */
  @Test
  void aFailureEndsAllStreams() {
    PlannedModel planned =
        PlannedModel.of(
            "gpt", SIZES, 4, 4, Precision.FP32, Optimizer.ADAMW, "stages=2,tensor=2,micro_batch=1");
    AtomicInteger count = new AtomicInteger();
    RankObserver broken =
        (step, instruction, describe) -> {
          if (instruction instanceof Instruction.AllReduce && count.incrementAndGet() == 5) {
            throw new RunFailure("the fifth sum breaks");
          }
        };
    assertThatThrownBy(() -> run(planned, broken, true))
        .isInstanceOf(RunFailure.class)
        .hasMessageContaining("the fifth sum breaks");
  }
}
