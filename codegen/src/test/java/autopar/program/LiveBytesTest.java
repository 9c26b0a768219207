package autopar.program;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.type.Precision;
import autopar.program.Buffer.Lifetime;
import autopar.schedule.Pass;
import autopar.schedule.Phase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The peak against one allocation after the other. */
final class LiveBytesTest {

  /** What one rank has allocated. */
  private static final class Memory {
    private final StageProgram stage;
    private final int position;
    private final Map<List<Integer>, Long> live = new HashMap<>();
    private long now;
    private long peak;

    Memory(StageProgram stage, int position) {
      this.stage = stage;
      this.position = position;
      for (Buffer buffer : stage.buffers()) {
        if (buffer.lifetime() == Lifetime.RUN) {
          allocate(buffer.id(), -1, 1);
        }
      }
    }

    private void allocate(int buffer, int microBatch, long batch) {
      long bytes =
          stage
              .buffer(buffer)
              .bytes(batch, stage.mesh().sizes(), stage.mesh().coordinates(position));
      assertThat(live.put(List.of(buffer, microBatch), bytes)).isNull();
      now += bytes;
    }

    private void free(int buffer, int microBatch) {
      now -= live.remove(List.of(buffer, microBatch));
    }

    void run(List<Instruction> code, int microBatch, long batch) {
      for (Instruction instruction : code) {
        if (instruction instanceof Instruction.AllReduce sum && sum.inPlace()) {
          free(sum.from(), microBatch);
        }
        for (int buffer : instruction.writes()) {
          boolean lasting = stage.buffer(buffer).lifetime() == Lifetime.RUN;
          if (!lasting && !live.containsKey(List.of(buffer, microBatch))) {
            allocate(buffer, microBatch, batch);
          }
        }
        peak = Math.max(peak, now);
        if (instruction instanceof Instruction.Free free) {
          free(free.buffer(), microBatch);
        }
      }
    }
  }

  private static long bruteForce(ProgramBundle bundle, StageProgram stage, int position) {
    Memory memory = new Memory(stage, position);
    long atRest = memory.now;
    memory.run(stage.begin(), -1, bundle.microBatch());
    for (Pass pass : bundle.order().passes(stage.index())) {
      StageProgram.Chunk chunk = stage.chunks().get(pass.chunk());
      memory.run(
          pass.phase() == Phase.FORWARD ? chunk.forward() : chunk.backward(),
          pass.microBatch(),
          bundle.samples(pass.microBatch()));
    }
    memory.run(stage.update(), -1, bundle.microBatch());
    assertThat(memory.now).isEqualTo(atRest);
    return memory.peak;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt | 1 | 5 | micro_batch=2",
        "gpt | 8 | 9 | stages=2,tensor=2,data=2,micro_batch=1",
        "gpt | 2 | 5 | stages=2,virtual_stages=2,micro_batch=1",
        "gpt | 2 | 5 | stages=2,schedule=gpipe,micro_batch=2",
        "gpt | 4 | 4 | data=2,tensor=2,zero=3",
        "gpt | 3 | 5 | data=3,recompute=full",
        "gpt | 3 | 6 | tensor=3",
        "t5 | 8 | 4 | stages=4,tensor=2",
        "mlp | 4 | 6 | data=4",
      })
  void theSamePeakOnEveryRank(String model, int devices, long batch, String force) {
    ProgramBundle bundle = PlannedBundle.of(model, devices, batch, Precision.BF16, force);
    for (StageProgram stage : bundle.stages()) {
      long worst = 0;
      for (int position = 0; position < stage.mesh().ranks().size(); position++) {
        LiveBytes peak = LiveBytes.of(bundle, stage.index(), position);
        assertThat(peak.total()).isEqualTo(bruteForce(bundle, stage, position));
        worst = Math.max(worst, peak.total());
      }
      LiveBytes peak = LiveBytes.worst(bundle, stage.index());
      assertThat(peak.total()).isEqualTo(worst);
      assertThat(peak.parameters()).isPositive();
      // A bucket of gradients holds all of a model as small as these: the update may be the peak.
      if (peak.where().contains("update")) {
        assertThat(peak.transients()).isPositive();
      } else {
        assertThat(peak.activations()).isPositive();
        assertThat(peak.where()).contains("backward of micro-batch", "chunk", " = ");
      }
    }
  }
}
