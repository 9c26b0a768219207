package autopar.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The breakdown of a price adds up and names its sources. */
final class PriceTest {
  private static final String[] LAYOUT = {
    "price",
    "models/opt-1.3b.ir",
    "--devices",
    "8",
    "--force",
    "tensor=2,stages=2,data=2,micro_batch=4,recompute=none,zero=1"
  };

  @Test
  void partsAddUpToTheStep() throws IOException {
    String[] arguments = java.util.Arrays.copyOf(LAYOUT, LAYOUT.length + 1);
    arguments[LAYOUT.length] = "--format=json";
    Command run = Command.run(arguments);
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode price = new ObjectMapper().readTree(run.out());
    double step = price.at("/step_s").asDouble();
    assertThat(price.at("/stages")).hasSize(2);
    for (JsonNode stage : price.at("/stages")) {
      double sum =
          stage.at("/forward_s").asDouble()
              + stage.at("/backward_s").asDouble()
              + stage.at("/exposed_communication_s").asDouble()
              + stage.at("/after_last_s").asDouble()
              + stage.at("/waiting_s").asDouble();
      assertThat(sum).isCloseTo(step, within(0.01 * step));
      assertThat(stage.at("/memory_bytes/total").asLong()).isPositive();
    }
    for (JsonNode number : price.at("/numbers")) {
      assertThat(number.at("/provenance").asText()).matches("(measured|published|derived): .+");
    }
    assertThat(price.at("/numbers").size()).isGreaterThan(30);
  }

  @Test
  void peopleSeeTheCategories() {
    Command run = Command.run(LAYOUT);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("exposed comm", "optimizer", "device.memory_bandwidth", "software fused-2023");
  }
}
