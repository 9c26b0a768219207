package autopar.runtime.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.type.Precision;
import autopar.lowering.LowerPlan;
import autopar.runtime.OptimizerSettings;
import autopar.runtime.SyntheticData;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.VectorProduct;
import autopar.runtime.rank.RankExecutor;
import autopar.runtime.rank.StreamQueues;
import autopar.training.Optimizer;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A step writes to the arrays of the step before. */
final class BufferReuseTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final long LAYERS = 4;
  private static final long SEQUENCE = 128;
  private static final long HIDDEN = 128;
  private static final long BATCH = 8;

  /** Results of a layer forward and backward that are as large as its input, at the least. */
  private static final long RESULTS = 20;

  /** Enough for the compiler, on a busy machine too. */
  private static final int MOST_STEPS = 200;

  @Test
  void laterStepsLeaveLittleToTheGarbageCollector() {
    PlannedModel model =
        PlannedModel.of(
            "gpt",
            Map.of("layers", LAYERS, "seq", SEQUENCE, "hidden", HIDDEN, "heads", 4L, "vocab", 64L),
            1,
            BATCH,
            Precision.FP32,
            Optimizer.ADAMW,
            "micro_batch=2,recompute=none");
    RankExecutor.Run run =
        new RankExecutor.Run(
            LowerPlan.lower(model.plan(), model.graph()),
            new SyntheticData(model.graph(), 0),
            OptimizerSettings.DEFAULTS,
            0,
            (step, instruction, words) -> {});
    RankExecutor rank =
        new RankExecutor(
            run,
            new SimulatedWorld(1).transport(0),
            new FloatKernels(new VectorProduct()),
            StreamQueues.PROGRAM_ORDER);
    long results = RESULTS * LAYERS * BATCH * SEQUENCE * HIDDEN * Float.BYTES;
    // Vectors are objects until their loops are compiled, so the first steps allocate those.
    long least = Long.MAX_VALUE;
    for (int step = 0; step < MOST_STEPS && least >= results; step++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      rank.step(step);
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    // Products pack their panels and attention has its scores: more than nothing.
    assertThat(least).isLessThan(results);
  }
}
