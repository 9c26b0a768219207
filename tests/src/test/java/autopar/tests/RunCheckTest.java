package autopar.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code run --check} says about the reference beside a run. */
final class RunCheckTest {
  private static final int BATCH = 8;
  private static final int LAYERS = 3;
  private static final int HIDDEN = 16;
  private static final int STEPS = 2;

  @TempDir private Path temp;

  @Test
  void everyInputOfAReluIsCounted() throws IOException {
    String plan = temp.resolve("mlp.plan").toString();
    Command compiled =
        Command.run(
            ("compile models/mlp.ir --devices 2 --cluster a800 --global-batch %d --precision fp32"
                    + " --set layers=%d --set hidden=%d --set inputs=16 --set outputs=16 -o %s")
                .formatted(BATCH, LAYERS, HIDDEN, plan)
                .split(" "));
    assertThat(compiled.exitCode()).as(compiled.err()).isZero();
    Command run = Command.run("run", plan, "--check", "--steps", "" + STEPS, "--format", "json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode report = new ObjectMapper().readTree(run.out());
    assertThat(report.at("/max_relative_difference")).hasSize(3);
    assertThat(report.at("/relu_inputs/read").asLong())
        .isEqualTo((long) STEPS * BATCH * LAYERS * 4 * HIDDEN);
    assertThat(report.at("/relu_inputs/near_zero").isIntegralNumber()).isTrue();
  }
}
