package autopar.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanJsonTest {

  private static Plan read(String text) {
    return PlanJson.read(new SourceFile("plan.json", text));
  }

  @Test
  void readsBackWhatItWrites() {
    for (Plan plan : List.of(SamplePlan.plan(), SamplePlan.onHostsThatDiffer())) {
      String text = PlanJson.write(plan);
      assertThat(read(text)).isEqualTo(plan);
      assertThat(PlanJson.write(read(text))).isEqualTo(text);
    }
  }

  @Test
  void tellsOfGroupsOfHostsOnlyWhereTheyDiffer() {
    assertThat(PlanJson.write(SamplePlan.plan())).doesNotContain("host_groups");
    assertThat(PlanJson.write(SamplePlan.onHostsThatDiffer())).contains("host_groups");
  }

  @Test
  void keepsTheKeysAndTheirOrder() throws Exception {
    JsonNode root = new ObjectMapper().readTree(PlanJson.write(SamplePlan.plan()));
    assertThat(root.fieldNames())
        .toIterable()
        .containsExactly(
            "format",
            "version",
            "model",
            "cluster",
            "workload",
            "devices",
            "micro_batch",
            "micro_batches",
            "schedule",
            "execution",
            "stages",
            "idle",
            "hashes",
            "tensors",
            "strategies",
            "layer_prices",
            "predicted",
            "search");
    assertThat(root.at("/stages/0").fieldNames())
        .toIterable()
        .containsExactly(
            "index",
            "layers",
            "layer_names",
            "devices",
            "mesh",
            "zero",
            "recompute",
            "offload",
            "predicted");
    assertThat(root.at("/stages/1/layers")).hasToString("[[2,4]]");
    assertThat(root.at("/stages/0/mesh/1")).hasToString("{\"axis\":\"tensor\",\"size\":2}");
    assertThat(root.at("/stages/0/predicted/memory_bytes").fieldNames())
        .toIterable()
        .containsExactly(
            "parameters", "gradients", "optimizer", "activations", "workspace", "total");
    assertThat(root.at("/tensors/0").fieldNames())
        .toIterable()
        .containsExactly("name", "stage", "kind", "shape", "dtype", "sharding", "partial", "phase");
    assertThat(root.at("/tensors/0/sharding")).hasToString("[[\"tensor\"],[]]");
  }

  @Test
  void givesEachStageAndTensorALine() {
    List<String> lines = PlanJson.write(SamplePlan.plan()).lines().toList();
    assertThat(lines.getFirst()).isEqualTo("{");
    assertThat(lines.get(1)).isEqualTo("  \"format\": \"autopar-plan\",");
    assertThat(lines).contains("  \"idle\": [4],");
    assertThat(lines).anyMatch(l -> l.startsWith("    {\"index\": 1, \"layers\": [[2, 4]], "));
    assertThat(lines.getLast()).isEqualTo("}");
    assertThat(lines).hasSize(2 + 18 + 2 * 1 + 34 + 4 + 1 + 4);
  }

  @Test
  void acceptsKeysItDoesNotKnow() {
    String text = PlanJson.write(SamplePlan.plan());
    assertThat(read(text.replace("\"devices\": 5", "\"later\": {\"a\": [1]}, \"devices\": 5")))
        .isEqualTo(SamplePlan.plan());
  }

  @Test
  void saysWhatIsMissingOrMalformed() {
    String text = PlanJson.write(SamplePlan.plan());
    rejects("{", "not JSON");
    rejects("[]", "not a plan");
    rejects(text.replace("autopar-plan", "other"), "not a plan");
    rejects(text.replace("\"version\": 1", "\"version\": 2"), "version 2");
    rejects(text.replace("\"micro_batch\": 4", "\"micro_batch\": 4.5"), "micro_batch");
    rejects(
        text.replace("\"kind\": \"1f1b\"", "\"kind\": \"2f2b\""), "schedule.kind must be one of");
    rejects(text.replaceFirst("\"size\": 2", "\"sice\": 2"), "stages[0].mesh[1]");
    rejects(text.replace("[[2, 4]]", "[[2, 4, 5]]"), "stages[1].layers[0] must be [from, to]");
    rejects(text.replace("\"devices\": 5", "\"devices\": 99999999999"), "devices");
  }

  private static void rejects(String text, String words) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            InvalidInput.class,
            e -> assertThat(e.diagnostics().getFirst().message()).contains(words));
  }
}
