package autopar.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code models}, {@code check} and {@code dump} on the shipped models. */
class ModelVerbsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void modelsAreListedWithTheirParameters() throws IOException {
    Command run = Command.run("models", "--format", "json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    Map<String, Long> listed = new TreeMap<>();
    for (JsonNode model : MAPPER.readTree(run.out()).at("/models")) {
      listed.put(model.at("/name").asText(), model.at("/parameters").asLong());
    }
    assertThat(listed).containsEntry("opt-66b", 65_719_701_504L).hasSizeGreaterThan(20);
    assertThat(Command.run("models").out()).contains("opt-66b", "65,719,701,504");
  }

  @Test
  void parameterCountsEqualTheReferenceIndex() throws IOException {
    Path index =
        Path.of(System.getProperty("autopar.home"))
            .resolve("../shared/reference/models/index.json");
    Assumptions.assumeTrue(Files.exists(index), "the reference folder is absent");
    JsonNode reference = MAPPER.readTree(index.toFile());
    int compared = 0;
    for (JsonNode model :
        MAPPER.readTree(Command.run("models", "--format", "json").out()).at("/models")) {
      JsonNode entry = reference.get(model.at("/name").asText());
      if (entry != null) {
        assertThat(model.at("/parameters").asLong())
            .as(model.at("/name").asText())
            .isEqualTo(entry.at("/parameters").asLong());
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(20);
  }

  @Test
  void checkTellsTheModel() throws IOException {
    JsonNode json =
        MAPPER.readTree(Command.run("check", "models/opt-125m.ir", "--format", "json").out());
    assertThat(json.at("/model/parameters").asLong()).isEqualTo(125_239_296L);
    assertThat(json.at("/model/trainable_parameters").asLong()).isEqualTo(125_239_296L);
    assertThat(json.at("/model/layers").asInt()).isEqualTo(12);
    assertThat(json.at("/diagnostics").isArray()).isTrue();
    // 2 FLOPs per multiplication of the layers' weights and of the head, and attention's scores
    // and values: 12 layers of 12 h^2 weights, vocabulary 50272, 2048 tokens.
    double tokens = 2048;
    double expected =
        tokens * (2.0 * 12 * 12 * 768 * 768 + 2.0 * 50272 * 768 + 12 * 4.0 * 2048 * 768);
    assertThat(json.at("/model/flops_forward_per_sample").asDouble()).isEqualTo(expected);
  }

  @Test
  void dumpPrintsArtefacts() {
    Command graph = Command.run("dump", "models/opt-125m.ir", "--stage", "graph");
    assertThat(graph.exitCode()).as(graph.err()).isZero();
    assertThat(graph.out()).startsWith("model ").contains("repeat 12 decoder");
    Command training = Command.run("dump", "models/opt-125m.ir", "--stage=training");
    assertThat(training.exitCode()).isZero();
    assertThat(training.out()).contains("grad");
  }

  @Test
  void dumpShowsWhatRecomputationChanges() {
    String kept = Command.run("dump", "models/opt-125m.ir", "--stage=training").out();
    String full =
        Command.run("dump", "models/opt-125m.ir", "--stage=training", "--recompute=full").out();
    assertThat(kept).contains("(recompute none)").doesNotContain("again(h) :");
    assertThat(full).contains("(recompute full)").contains("again(h) :");
    // The layer keeps its input alone.
    assertThat(full.substring(full.indexOf("repeat 12 decoder"))).contains("  saved x\n");
  }

  @Test
  void dumpListsStrategiesByFactor() {
    String text =
        Command.run("dump", "models/opt-125m.ir", "--stage=strategies", "--mesh=2x4").out();
    assertThat(text)
        .contains("q.einsum = einsum(\"bsh,hnd->bsnd\", h, wq)   factors b s n d h")
        .contains(
            "{data: b, tensor: n}   h[data, -, -]  wq[-, tensor, -] -> q.einsum[data, -, tensor,"
                + " -]")
        .contains(
            "{data: b, tensor: h}   h[data, -, tensor]  wq[tensor, -, -] -> q.einsum[data, -, -, -]"
                + " partial tensor");
    Command wrong = Command.run("dump", "models/opt-125m.ir", "--stage=strategies", "--mesh=8");
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.err()).contains("2x4");
  }

  @Test
  void dumpShowsWhatRanksRun(@TempDir Path folder) {
    String plan = folder.resolve("p.plan").toString();
    Command compiled =
        Command.run(
            "compile",
            "models/gpt.ir",
            "--devices=2",
            "--global-batch=4",
            "--set=layers=1",
            "--set=hidden=16",
            "--set=heads=2",
            "--set=seq=4",
            "--set=vocab=8",
            "--force=tensor=2",
            "-o",
            plan);
    assertThat(compiled.exitCode()).as(compiled.err()).isZero();
    Command program = Command.run("dump", plan, "--stage=program");
    assertThat(program.exitCode()).as(program.err()).isZero();
    assertThat(program.out())
        .startsWith("stage 0 on ranks [0, 1] {\n  // at most ")
        .contains("  forward {\n")
        .contains(" = einsum(\"bsh,hnd->bsnd\", decoder.0.h, decoder.0.wq)")
        .contains("all_reduce(")
        .contains("  update {\n");
    Command none = Command.run("dump", "models/gpt.ir", "--stage=program");
    assertThat(none.exitCode()).isEqualTo(3);
    assertThat(none.err()).contains("models/gpt.ir");
  }
}
