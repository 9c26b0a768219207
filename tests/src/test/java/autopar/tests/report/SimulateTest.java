package autopar.tests.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code autopar simulate}: the summary, the JSON and the trace tell of the same step. */
class SimulateTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path temp;

  @Test
  void summaryAndTraceAddUpToThePlansStep() throws IOException {
    Path folder = temp.resolve("a.plan");
    Path trace = temp.resolve("trace.json");
    Commands.run(
        "compile",
        "models/opt-125m.ir",
        "--devices",
        "4",
        "--force",
        "stages=4,micro_batch=4",
        "-o",
        folder.toString());
    JsonNode plan = MAPPER.readTree(folder.resolve("plan.json").toFile());
    double step = plan.at("/predicted/step_s").asDouble();
    JsonNode summary =
        MAPPER.readTree(Commands.run("simulate", folder.toString(), "--format", "json"));
    assertThat(summary.get("step_s").asDouble()).isCloseTo(step, within(1e-12));
    for (JsonNode stage : summary.get("stages")) {
      double sum = 0;
      for (JsonNode seconds : stage.get("seconds")) {
        sum += seconds.asDouble();
      }
      assertThat(sum).isCloseTo(step, within(1e-9 * step));
      assertThat(stage.get("in_flight_peak").asInt()).isEqualTo(4 - stage.get("index").asInt());
    }
    String text = Commands.run("simulate", folder.toString(), "--trace", trace.toString());
    assertThat(text).contains("schedule 1f1b", "idle", trace.toString());
    double end = 0;
    int forwards = 0;
    for (JsonNode event : MAPPER.readTree(trace.toFile()).get("traceEvents")) {
      if (event.get("ph").asText().equals("X")) {
        end = Math.max(end, event.get("ts").asDouble() + event.get("dur").asDouble());
        forwards += event.get("name").asText().equals("forward") ? 1 : 0;
      }
    }
    assertThat(end).isCloseTo(1e6 * step, within(1e-3 * step));
    assertThat(forwards).isEqualTo(4 * plan.get("micro_batches").asInt());
  }
}
