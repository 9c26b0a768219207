package autopar.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code autopar compile} promises to its users and to other programs. */
class CompileTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir private Path temp;

  private Command compile(Path folder, String model, int devices, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("compile", model, "--devices", "" + devices, "-o", folder.toString()));
    arguments.addAll(List.of(more));
    return Command.run(arguments.toArray(String[]::new));
  }

  private Command compileSmall(Path folder, String... more) {
    return compile(folder, "models/opt-125m.ir", 4, more);
  }

  @Test
  void theJsonOnStdoutIsThePlanAndNothingElse() throws IOException {
    Path folder = temp.resolve("a.plan");
    Command run = compileSmall(folder, "--format", "json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo(Files.readString(folder.resolve("plan.json")));
    assertThat(MAPPER.readTree(run.out()).isObject()).isTrue();
  }

  @Test
  void planJsonHasTheKeysOfTheContract() throws IOException {
    JsonNode plan = MAPPER.readTree(compileSmall(temp.resolve("a.plan"), "--format", "json").out());
    assertThat(plan.at("/format").asText()).isEqualTo("autopar-plan");
    assertThat(plan.at("/version").asInt()).isEqualTo(1);
    for (String key :
        List.of(
            "/model/name",
            "/model/parameters",
            "/model/trainable_parameters",
            "/model/layers",
            "/cluster/name",
            "/cluster/device",
            "/cluster/hosts",
            "/cluster/devices_per_host",
            "/cluster/memory_bytes_per_device",
            "/workload/kind",
            "/workload/global_batch",
            "/workload/sequence",
            "/workload/precision",
            "/workload/optimizer",
            "/devices",
            "/micro_batch",
            "/micro_batches",
            "/schedule/kind",
            "/schedule/virtual_stages",
            "/stages/0/index",
            "/stages/0/layers/0/1",
            "/stages/0/layer_names/0",
            "/stages/0/devices/0",
            "/stages/0/mesh/0/axis",
            "/stages/0/mesh/0/size",
            "/stages/0/zero",
            "/stages/0/recompute/none",
            "/stages/0/recompute/selective",
            "/stages/0/recompute/full",
            "/stages/0/offload/optimizer",
            "/stages/0/offload/parameters",
            "/stages/0/offload/activations",
            "/stages/0/predicted/forward_s",
            "/stages/0/predicted/backward_s",
            "/stages/0/predicted/communication_s",
            "/stages/0/predicted/step_overhead_s",
            "/stages/0/predicted/memory_bytes/parameters",
            "/stages/0/predicted/memory_bytes/gradients",
            "/stages/0/predicted/memory_bytes/optimizer",
            "/stages/0/predicted/memory_bytes/activations",
            "/stages/0/predicted/memory_bytes/workspace",
            "/stages/0/predicted/memory_bytes/total",
            "/idle",
            "/hashes/model",
            "/hashes/cluster",
            "/tensors/0/name",
            "/tensors/0/stage",
            "/tensors/0/kind",
            "/tensors/0/shape",
            "/tensors/0/dtype",
            "/tensors/0/sharding",
            "/tensors/0/partial",
            "/tensors/0/phase",
            "/predicted/step_s",
            "/predicted/tokens_per_s",
            "/predicted/samples_per_s",
            "/predicted/tflops_per_device",
            "/predicted/mfu",
            "/predicted/bubble_fraction",
            "/predicted/peak_memory_bytes",
            "/predicted/lower_bound_s",
            "/predicted/gap",
            "/search/wall_s",
            "/search/seed",
            "/search/threads",
            "/search/candidates",
            "/search/solver")) {
      assertThat(plan.at(key).isMissingNode()).as(key).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stages=4,data=2", "data=4,tensor=2", "stages=2,tensor=2,data=2"})
  void plansForRanksThatShareCoresAddUp(String forced) {
    Path folder = temp.resolve("cores.plan");
    Command run =
        Command.run(
            "compile",
            "gpt",
            "--cluster=cpu-2core",
            "--devices=8",
            "--precision=fp32",
            "--global-batch=16",
            "--set=layers=6",
            "--set=hidden=384",
            "--set=heads=6",
            "--set=seq=128",
            "--set=vocab=1024",
            "--force=" + forced,
            "-o",
            folder.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    Command check = Command.run("check", folder.toString());
    assertThat(check.exitCode()).as(check.err()).isZero();
  }

  @Test
  void planJsonFollowsItsSchema() {
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(CompileTest.class.getResourceAsStream("/autopar/plan/plan.schema.json"));
    Command run = compileSmall(temp.resolve("a.plan"), "--format", "json");
    assertThat(schema.validate(run.out(), InputFormat.JSON)).isEmpty();
  }

  @Test
  void twoRunsAreEqualButForTimings() throws IOException {
    ObjectNode first =
        plan(compileSmall(temp.resolve("a.plan"), "--format", "json", "--seed", "3"));
    ObjectNode second =
        plan(compileSmall(temp.resolve("b.plan"), "--format", "json", "--seed", "3"));
    first.withObject("/search").remove("wall_s");
    second.withObject("/search").remove("wall_s");
    assertThat(second.toPrettyString()).isEqualTo(first.toPrettyString());
    assertThat(temp.resolve("a.plan/model.ir"))
        .hasSameTextualContentAs(temp.resolve("b.plan/model.ir"));
  }

  @Test
  void theFolderHoldsWhatLaterVerbsNeedAndChecksOut() throws IOException {
    Path folder = temp.resolve("a.plan");
    assertThat(compileSmall(folder).exitCode()).isZero();
    assertThat(folder.resolve("model.ir")).content().contains("model ");
    assertThat(folder.resolve("cluster.json")).content().contains("A800");
    assertThat(Command.run("check", folder.toString()).exitCode()).isZero();
    assertThat(Command.run("check", folder.resolve("plan.json").toString()).exitCode()).isZero();
    // The resolved model is a model: it compiles to the same decisions.
    Command again = compile(temp.resolve("b.plan"), folder.resolve("model.ir").toString(), 4);
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(plan(temp.resolve("b.plan")).at("/stages").toString())
        .isEqualTo(plan(folder).at("/stages").toString());
  }

  @Test
  void aTamperedPlanIsFoundOut() throws IOException {
    Path folder = temp.resolve("a.plan");
    compileSmall(folder);
    Path file = folder.resolve("plan.json");
    Files.writeString(
        file, Files.readString(file).replaceFirst("\"gap\": [^,]*", "\"gap\": 0.987"));
    Command check = Command.run("check", folder.toString(), "--format", "json");
    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(MAPPER.readTree(check.out()).at("/diagnostics/0/code").asText()).isEqualTo("P13");
    compileSmall(folder);
    Files.writeString(folder.resolve("model.ir"), "model other");
    assertThat(Command.run("check", folder.toString()).err()).contains("P16");
  }

  @Test
  void dimsAndBatchAreSetFromOutside() throws IOException {
    Path folder = temp.resolve("a.plan");
    Command run =
        compileSmall(folder, "--set", "layers=3", "--set", "seq=512", "--global-batch", "24");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode plan = plan(folder);
    assertThat(plan.at("/model/layers").asInt()).isEqualTo(3);
    assertThat(plan.at("/workload/sequence").asInt()).isEqualTo(512);
    assertThat(plan.at("/workload/global_batch").asInt()).isEqualTo(24);
    Command unknown = compileSmall(folder, "--set", "layer=3");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.err()).contains("layer").contains("layers");
  }

  @Test
  void theSummaryFitsATerminal() {
    Command run = compileSmall(temp.resolve("a.plan"));
    assertThat(run.out()).contains("MFU", "tokens/s", "bubble", "bound", "gap", "memory");
    assertThat(run.out().lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
  }

  @Test
  void whatFitsNowhereExitsWithTwoAndTheMissingBytes() {
    Path folder = temp.resolve("a.plan");
    Command run = compile(folder, "models/opt-6.7b.ir", 1);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).containsPattern("missing: .*\\([1-9][0-9]* bytes\\)").contains("hint");
    assertThat(run.out()).isEmpty();
    assertThat(folder).doesNotExist();
  }

  @Test
  void wrongInputExitsWithOneAndAPosition() throws IOException {
    Path file = temp.resolve("bad.ir");
    Files.writeString(file, "model bad\nbatch dim batch = 4\ninput x : [batch, nope]\n");
    Command run = compile(temp.resolve("a.plan"), file.toString(), 2);
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("bad.ir:3:").contains("error AP").contains("nope");
    assertThat(run.err()).doesNotContain("\tat ", "Exception");
    Command check = Command.run("check", file.toString(), "--format", "json");
    assertThat(check.exitCode()).isEqualTo(1);
    JsonNode diagnostics = MAPPER.readTree(check.out()).at("/diagnostics");
    assertThat(diagnostics)
        .anySatisfy(found -> {
          assertThat(found.at("/line").asInt()).isEqualTo(3);
          assertThat(found.at("/column").asInt()).isEqualTo(19);
          assertThat(found.at("/message").asText()).contains("nope");
          assertThat(found.at("/severity").asText()).isEqualTo("error");
          assertThat(found.at("/file").asText()).isEqualTo(file.toString());
        });
  }

  @Test
  void aWrongCommandLineExitsWithOneAndLeavesTheOldPlan() throws IOException {
    Path folder = temp.resolve("a.plan");
    compileSmall(folder);
    String before = Files.readString(folder.resolve("plan.json"));
    for (String[] wrong :
        new String[][] {
          {"--cluster", "a8000"},
          {"--force", "tensors=2"},
          {"--force", "software=none-such"},
          {"--precision", "bf17"},
          {"--optimizer", "adam"},
          {"--global-batch", "0"},
          {"--threads", "0"},
          {"--time-limit", "-1"},
          {"--schedule", "2f2b"},
          {"--recompute", "some"},
          {"--zero", "4"},
          {"--set", "layers=0"},
        }) {
      Command run = compileSmall(folder, wrong);
      assertThat(run.exitCode()).as(String.join(" ", wrong)).isEqualTo(1);
      assertThat(run.err()).as(String.join(" ", wrong)).contains("error");
      assertThat(run.out()).isEmpty();
    }
    assertThat(compile(folder, "models/opt-125m.ir", 0).exitCode()).isEqualTo(1);
    assertThat(compile(folder, "models/opt-125m.ir", 1 << 20).exitCode()).isEqualTo(1);
    assertThat(folder.resolve("plan.json")).hasContent(before.strip());
  }

  @Test
  void aMissingModelExitsWithThreeAndASuggestion() {
    Command run = compile(temp.resolve("a.plan"), "models/opt-125n.ir", 4);
    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.err()).contains("opt-125m");
  }

  @Test
  void forcedDecisionsAreThoseOfThePlan() throws IOException {
    Path folder = temp.resolve("a.plan");
    Command run =
        compileSmall(
            folder,
            "--global-batch",
            "16",
            "--force",
            "tensor=2,stages=2,data=1,micro_batch=2,schedule=gpipe,recompute=full,zero=0,layers=5/7");
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode plan = plan(folder);
    assertThat(plan.at("/schedule/kind").asText()).isEqualTo("gpipe");
    assertThat(plan.at("/micro_batch").asInt()).isEqualTo(2);
    assertThat(plan.at("/micro_batches").asInt()).isEqualTo(8);
    assertThat(plan.at("/stages")).hasSize(2);
    assertThat(plan.at("/stages/0/layers").toString()).isEqualTo("[[0,5]]");
    assertThat(plan.at("/stages/1/recompute/full").asInt()).isEqualTo(7);
    assertThat(plan.at("/stages/1/zero").asInt()).isZero();
    for (JsonNode axis : plan.at("/stages/0/mesh")) {
      if (axis.at("/axis").asText().equals("tensor")) {
        assertThat(axis.at("/size").asInt()).isEqualTo(2);
      }
    }
  }

  @Test
  void meshesAndWidthsAreForcedPerStage() throws IOException {
    Path folder = temp.resolve("a.plan");
    Command run = compileSmall(folder, "--global-batch", "16", "--force", "mesh=1x2/2x1");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(meshes(plan(folder))).isEqualTo("1x2/2x1");
    run = compileSmall(folder, "--global-batch", "16", "--force", "widths=1/3,layers=3/9");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(plan(folder).at("/stages/0/devices")).hasSize(1);
    assertThat(plan(folder).at("/stages/1/devices")).hasSize(3);
    assertThat(plan(folder).at("/stages/1/layers").toString()).isEqualTo("[[3,12]]");
  }

  private static String meshes(JsonNode plan) {
    List<String> meshes = new ArrayList<>();
    for (JsonNode stage : plan.at("/stages")) {
      int data = 1;
      int tensor = 1;
      for (JsonNode axis : stage.at("/mesh")) {
        switch (axis.at("/axis").asText()) {
          case "data" -> data = axis.at("/size").asInt();
          case "tensor" -> tensor = axis.at("/size").asInt();
          default -> throw new AssertionError(axis);
        }
      }
      meshes.add(data + "x" + tensor);
    }
    return String.join("/", meshes);
  }

  @Test
  void impossibleForcesExitWithTwoAndSayWhy() {
    for (String[] impossible :
        new String[][] {
          {"mesh=1x4/2x1", "6 devices, there are 4"},
          {"widths=3/2", "5 devices, there are 4"},
          {"tensor=2,data=2,stages=2", "8 devices, there are 4"},
          {"layers=5/6", "11 layers, the model has 12"},
          {"stages=4,schedule=interleaved,virtual_stages=4", "16 virtual stages"},
          {"data=4,micro_batch=512", "2048 samples"},
        }) {
      Command run = compileSmall(temp.resolve("a.plan"), "--force", impossible[0]);
      assertThat(run.exitCode()).as(impossible[0]).isEqualTo(2);
      assertThat(run.err()).contains(impossible[1]);
    }
  }

  private static ObjectNode plan(Command run) throws IOException {
    assertThat(run.exitCode()).as(run.err()).isZero();
    return (ObjectNode) MAPPER.readTree(run.out());
  }

  private static JsonNode plan(Path folder) throws IOException {
    return MAPPER.readTree(folder.resolve("plan.json").toFile());
  }
}
