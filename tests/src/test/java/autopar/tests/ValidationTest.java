package autopar.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recorded accuracy against published runs: the build fails where it gets worse. */
final class ValidationTest {
  /** Recorded with a margin of half a percentage point; see docs/cost-model.md. */
  private static final double MEDIAN = 0.028;

  private static final double MEAN = 0.043;
  private static final double P90 = 0.095;
  private static final double MEMORY_MEDIAN = 0.06;
  private static final double WORST_SOURCE_MEDIAN = 0.15;

  @Test
  void strictRowsArePricedAsWellAsRecorded(@TempDir Path folder) throws IOException {
    Path picture = folder.resolve("scatter.svg");
    Command run = Command.run("validate", "--format", "json", "--picture", picture.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode result = new ObjectMapper().readTree(run.out());
    JsonNode overall = result.at("/overall");
    assertThat(overall.at("/rows").asInt()).isEqualTo(209);
    assertThat(overall.at("/skipped").asInt()).isZero();
    assertThat(overall.at("/median_abs_error").asDouble()).isLessThan(MEDIAN);
    assertThat(overall.at("/mean_abs_error").asDouble()).isLessThan(MEAN);
    assertThat(overall.at("/p90_abs_error").asDouble()).isLessThan(P90);
    for (JsonNode source : result.at("/sources")) {
      assertThat(source.at("/median_abs_error").asDouble())
          .as(source.at("/source").asText())
          .isLessThan(WORST_SOURCE_MEDIAN);
    }
    for (JsonNode sweep : result.at("/sweeps")) {
      assertThat(sweep.at("/rank_correlation").asDouble())
          .as(sweep.at("/shape").asText())
          .isGreaterThan(0.9);
      assertThat(sweep.at("/best_excess").asDouble())
          .as(sweep.at("/shape").asText())
          .isLessThan(0.03);
    }
    List<Double> memory = new ArrayList<>();
    result.at("/rows").forEach(row -> addMemoryError(row, memory));
    assertThat(memory).hasSizeGreaterThan(35);
    assertThat(memory.get(memory.size() / 2)).as("median error of peaks").isLessThan(MEMORY_MEDIAN);
    // Two of the rows are one layout, seen with 38 and with 44 GB: no prediction is near both.
    assertThat(memory.stream().filter(e -> e > 0.1).count()).as("peaks off by more").isLessThan(6);
    result
        .at("/rows")
        .forEach(r ->
            assertThat(r.path("memory_error").asDouble())
                .as(r.at("/id").asText())
                .isGreaterThan(-0.03));
    JsonNode row = result.at("/rows/0");
    assertThat(row.at("/predicted_s").asDouble() / row.at("/measured_s").asDouble() - 1)
        .isEqualTo(row.at("/error").asDouble());
    assertThat(Files.readString(picture)).startsWith("<svg").contains("sc21_t1_1T");
  }

  @Test
  void activationsAreThoseOfThePublishedFormulasAndRunsFitWhereTheyFitted() throws IOException {
    Command run = Command.run("validate", "--format", "json");
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertThat(result.at("/activations")).hasSize(20);
    for (JsonNode check : result.at("/activations")) {
      assertThat(check.at("/error").asDouble())
          .as(check.at("/model").asText() + ", " + check.at("/mode").asText())
          .isBetween(-0.02, 0.02);
    }
    List<String> wrong = new ArrayList<>();
    for (JsonNode fact : result.at("/memory_facts")) {
      if (fact.at("/fits").asBoolean() != fact.at("/predicted_to_fit").asBoolean()) {
        wrong.add(fact.at("/id").asText());
      }
      if (!fact.at("/id").asText().startsWith("alpa_intra_wresnet")) {
        assertThat(fact.path("memory_error").asDouble()).isBetween(-0.1, 0.1);
      } else {
        // XLA counts its own buffers only and keeps fewer of them; see docs/cost-model.md.
        assertThat(fact.path("memory_error").asDouble()).isBetween(-0.03, 0.75);
      }
    }
    // The same source shows a layout that needs as much and took 67 GB; see docs/cost-model.md.
    assertThat(wrong).containsExactly("bigscience_a100_129");
    assertThat(result.at("/memory_facts_right").asInt()).isEqualTo(24);
    assertThat(result.at("/memory_facts_skipped")).hasSize(43);
  }

  private static void addMemoryError(JsonNode row, List<Double> sorted) {
    if (row.has("memory_error")) {
      sorted.add(Math.abs(row.at("/memory_error").asDouble()));
      Collections.sort(sorted);
    }
  }

  @Test
  void aTableThatIsNoneIsRefused(@TempDir Path folder) throws IOException {
    Path table = Files.writeString(folder.resolve("rows.json"), "{\"rows\": 1}");
    Command run = Command.run("validate", "--rows", table.toString());
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("AP0901");
  }

  @Test
  void oneRowCanBeShownAsAPage(@TempDir Path folder) throws IOException {
    String row =
        """
        [{"id": "tiny", "source": "here", "priceable": true, "spec": {
          "architecture": "llama", "layers": 2, "hidden": 512, "heads": 8, "kv_heads": 4,
          "ffn": 1024, "vocab": 1000, "seq": 128, "gpu": "H100-80GB-SXM", "devices": 8,
          "devices_per_host": 8, "nic_gbps_per_host": null, "global_batch": 64,
          "micro_batch": 2, "tp": 2, "pp": 2, "dp": 2, "virtual_stages": 1,
          "sequence_parallel": true, "recompute": "selective", "zero": 1, "zero_group": null,
          "precision": "bf16", "fp32_gradients": true, "attention": "unfused",
          "software": "never-heard-of", "overlap_gradients": true, "measured_s": 0.1}}]
        """;
    Path table = Files.writeString(folder.resolve("rows.json"), row);
    Command run = Command.run("validate", "--rows", table.toString(), "--format", "html");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).startsWith("<!doctype html>").contains("<svg", "tiny");
  }
}
