package autopar.program;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.type.Precision;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SoundBundlesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mlp | 1 | 4 | data=1",
        "mlp | 4 | 6 | data=4",
        "gpt | 2 | 5 | data=2,micro_batch=1",
        "gpt | 2 | 4 | tensor=2,micro_batch=2",
        "gpt | 3 | 6 | tensor=3",
        "gpt | 2 | 4 | tensor=2,sequence_parallel=true",
        "gpt | 2 | 4 | stages=2,micro_batch=1",
        "gpt | 2 | 4 | stages=2,schedule=gpipe,micro_batch=1",
        "gpt | 2 | 5 | stages=2,virtual_stages=2,micro_batch=1",
        "gpt | 4 | 4 | data=4,zero=0",
        "gpt | 4 | 5 | data=4,zero=1",
        "gpt | 4 | 4 | data=4,zero=2",
        "gpt | 4 | 4 | data=2,tensor=2,zero=3",
        "gpt | 3 | 5 | data=3,recompute=full",
        "gpt | 4 | 4 | tensor=2,data=2,recompute=selective",
        "gpt | 4 | 8 | attention=unfused,tensor=4",
        "gpt | 8 | 8 | stages=2,tensor=2,data=2,micro_batch=1",
        "gpt | 4 | 4 | mesh=1x2/2x1",
        "llama | 4 | 4 | tensor=4",
        "llama | 6 | 6 | stages=3,data=2",
        "bert | 4 | 4 | tensor=2,stages=2",
        "bloom | 4 | 4 | tensor=4",
        "t5 | 2 | 4 | tensor=2",
        "t5 | 8 | 4 | stages=4,tensor=2",
      })
  void noViolations(String model, int devices, long batch, String force) {
    for (Precision precision : new Precision[] {Precision.FP32, Precision.BF16}) {
      ProgramBundle bundle = PlannedBundle.of(model, devices, batch, precision, force);
      assertThat(ProgramVerifier.verify(bundle)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"3, widths=1/2", "4, widths=1/3"})
  void noViolationsWhereStagesAreUnequal(int devices, String force) {
    Map<String, Long> dims =
        Map.of("layers", 6L, "seq", 6L, "hidden", 12L, "heads", 4L, "vocab", 17L);
    ProgramBundle bundle = PlannedBundle.of("gpt", dims, devices, 6, Precision.BF16, force);
    assertThat(bundle.stages().getFirst().mesh().ranks()).hasSize(1);
    assertThat(ProgramVerifier.verify(bundle)).isEmpty();
  }
}
