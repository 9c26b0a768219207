package autopar.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code autopar explain} promises. */
final class ExplainTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Alternatives that force enough to be quick; the last ones do not fit. */
  private static final List<String> ALTERNATIVES =
      List.of(
          "tensor=4,stages=6",
          "tensor=8",
          "tensor=8,stages=3,zero=1",
          "tensor=4,data=2,stages=3,recompute=full",
          "mesh=1x2/3x2/3x2/2x2/3x2,micro_batch=1",
          "mesh=1x2/3x2/3x2/2x2/3x2,micro_batch=2,zero=3",
          "tensor=2,data=2,stages=6,micro_batch=2",
          "stages=4,tensor=2,data=3,schedule=interleaved,virtual_stages=2",
          "tensor=1,data=24,stages=1,zero=0,micro_batch=1",
          "mesh=1x2/3x2/3x2/2x2/3x2,micro_batch=2,layers=5/16/16/11/16,schedule=gpipe");

  @TempDir private Path temp;

  private Path compile(String name, String model, int devices, String... more) {
    Path folder = temp.resolve(name);
    Command run = compiled(folder, model, devices, more);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return folder;
  }

  private static Command compiled(Path folder, String model, int devices, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("compile", model, "--devices", "" + devices, "-o", folder.toString()));
    arguments.addAll(List.of(more));
    return Command.run(arguments.toArray(String[]::new));
  }

  private static JsonNode json(Command run) throws IOException {
    assertThat(run.err()).isEmpty();
    return MAPPER.readTree(run.out());
  }

  private static JsonNode plan(Path folder) throws IOException {
    return MAPPER.readTree(folder.resolve("plan.json").toFile());
  }

  @Test
  void whyNotAgreesWithCompileForceToTheLastDigit() throws IOException {
    Path folder = compile("a.plan", "opt-66b", 24);
    int fit = 0;
    for (String force : ALTERNATIVES) {
      Command answer =
          Command.run("explain", folder.toString(), "--why-not", force, "--format", "json");
      assertThat(answer.exitCode()).as(answer.err()).isZero();
      JsonNode alternative = json(answer).at("/alternative");
      Path other = temp.resolve("b.plan");
      Command compiled = compiled(other, "opt-66b", 24, "--force", force);
      if (compiled.exitCode() == 0) {
        fit++;
        assertThat(alternative.at("/step_s").asDouble())
            .as(force)
            .isEqualTo(plan(other).at("/predicted/step_s").asDouble());
        assertThat(alternative.at("/peak_memory_bytes").asLong())
            .isEqualTo(plan(other).at("/predicted/peak_memory_bytes").asLong());
      } else {
        assertThat(alternative.at("/fits").asBoolean()).as(force).isFalse();
        long missing = alternative.at("/missing_bytes").asLong();
        assertThat(missing).as(force).isPositive();
        assertThat(compiled.err()).contains("(" + missing + " bytes)");
      }
    }
    assertThat(fit).isEqualTo(ALTERNATIVES.size() - 2);
  }

  @Test
  void whyNotSetsThePartsSideBySide() throws IOException {
    Path folder = compile("a.plan", "opt-125m", 4);
    Command text = Command.run("explain", folder.toString(), "--why-not", "stages=2");
    assertThat(text.out())
        .contains("it loses by", "forward compute", "bubble", "plan:", "alternative:", "step");
    assertThat(text.out().lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    JsonNode json =
        json(
            Command.run("explain", folder.toString(), "--why-not", "stages=2", "--format", "json"));
    double difference = 0;
    for (JsonNode part : json.at("/difference_parts_s")) {
      difference += part.asDouble();
    }
    assertThat(difference).isCloseTo(json.at("/difference_s").asDouble(), within(1e-9));
    assertThat(json.at("/plan/step_s").asDouble())
        .isEqualTo(plan(folder).at("/predicted/step_s").asDouble());
  }

  @Test
  void aWrongKeyIsPointedAt() {
    Path folder = compile("a.plan", "opt-125m", 2);
    Command run = Command.run("explain", folder.toString(), "--why-not", "tensor=2,stage=1");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("--why-not:1:10: error AP0802: unknown key 'stage'", "did you mean 'stages'?");
  }

  @Test
  void theExplanationIsTheSameOnAnyNumberOfThreads() throws IOException {
    Path folder = compile("a.plan", "opt-125m", 16, "--global-batch", "64");
    String one = explained(folder, "1");
    assertThat(explained(folder, "2")).isEqualTo(one);
    JsonNode json = MAPPER.readTree(one);
    double sum = 0;
    for (JsonNode part : json.at("/parts_s")) {
      sum += part.asDouble();
    }
    assertThat(sum).isCloseTo(plan(folder).at("/predicted/step_s").asDouble(), within(1e-9));
    assertThat(json.at("/decisions")).hasSize(9);
    assertThat(json.at("/sensitivity")).hasSize(6);
    Command text = Command.run("explain", folder.toString());
    assertThat(text.out())
        .contains("Where the step goes", "Why this layout", "What binds", "What if");
    assertThat(text.out().lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
  }

  private static String explained(Path folder, String threads) {
    Command run =
        Command.run("explain", folder.toString(), "--format", "json", "--threads", threads);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  @Test
  void whatDoesNotFitIsExplainedAndEveryWayOutHolds() throws IOException {
    Command run = Command.run("explain", "opt-6.7b", "--devices", "1", "--format", "json");
    assertThat(run.exitCode()).isEqualTo(2);
    JsonNode json = json(run);
    assertThat(json.at("/missing_bytes").asLong()).isPositive();
    assertThat(json.at("/conflict")).isEmpty();
    assertThat(json.at("/ways_out")).hasSizeGreaterThan(2);
    for (JsonNode way : json.at("/ways_out")) {
      List<String> options = new ArrayList<>(List.of(way.at("/options").asText().split(" ")));
      int devices = way.at("/devices").asInt();
      int at = options.indexOf("--devices");
      if (at >= 0) {
        options.subList(at, at + 2).clear();
      }
      Path folder = compile("b.plan", "opt-6.7b", devices, options.toArray(String[]::new));
      assertThat(plan(folder).at("/predicted/step_s").asDouble())
          .as(way.toString())
          .isEqualTo(way.at("/step_s").asDouble());
    }
    Command text = Command.run("explain", "opt-6.7b", "--devices", "1");
    assertThat(text.exitCode()).isEqualTo(2);
    assertThat(text.out()).contains("no plan fits", "missing: ", "Ways out");
  }

  @Test
  void aPlanHoldsItsOwnRequest() throws IOException {
    Path folder =
        compile("a.plan", "opt-125m", 4, "--force", "recompute=full", "--global-batch", "32");
    Command refused = Command.run("explain", folder.toString(), "--devices", "8");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("--devices is for a MODEL");
    assertThat(Command.run("explain", "opt-125m").exitCode()).isEqualTo(1);
    JsonNode decisions = json(Command.run("explain", folder.toString(), "--format", "json"));
    assertThat(decisions.at("/decisions/4/decision").asText()).isEqualTo("recompute");
    assertThat(decisions.at("/decisions/4/forced").asBoolean()).isTrue();
    assertThat(decisions.at("/decisions/0/runner_up/options").asText()).contains("recompute=full");
    Files.delete(folder.resolve("request.json"));
    Command without = Command.run("explain", folder.toString());
    assertThat(without.exitCode()).isEqualTo(3);
    assertThat(without.err()).contains("request.json", "compile again");
  }

  @Test
  void diffTellsWhatChanged() throws IOException {
    Path one = compile("a.plan", "opt-125m", 4, "--force", "tensor=2,stages=2");
    Path two = compile("b.plan", "opt-125m", 8, "--force", "tensor=4,stages=2");
    Command same = Command.run("diff", one.toString(), one.resolve("plan.json").toString());
    assertThat(same.exitCode()).isZero();
    assertThat(same.out()).isEqualTo("no difference\n");
    Command text = Command.run("diff", one.toString(), two.toString());
    assertThat(text.exitCode()).isZero();
    assertThat(text.out()).startsWith("Asked\n").contains("4 -> 8", "Stage 0", "samples/s");
    JsonNode json = json(Command.run("diff", one.toString(), two.toString(), "--format", "json"));
    assertThat(json.at("/equal").asBoolean()).isFalse();
    assertThat(json.at("/asked/0/what").asText()).isEqualTo("devices");
    assertThat(json.at("/step_s/difference").asDouble())
        .isEqualTo(
            plan(two).at("/predicted/step_s").asDouble()
                - plan(one).at("/predicted/step_s").asDouble());
    assertThat(Command.run("diff", one.toString()).exitCode()).isEqualTo(1);
    assertThat(Command.run("diff", "--help").out()).contains("exit code is 0 whether they differ");
  }
}
