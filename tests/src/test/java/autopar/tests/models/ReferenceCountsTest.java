package autopar.tests.models;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.graph.Graph;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Parameter counts and shapes equal the reference index and its configurations. */
final class ReferenceCountsTest {

  @Test
  void parametersEqualTheReferenceIndex() throws IOException {
    JsonNode index = Reference.json("models/index.json");
    Map<String, Long> expected = new LinkedHashMap<>();
    Map<String, Long> counted = new LinkedHashMap<>();
    for (String name : ShippedModels.names()) {
      if (index.has(name)) {
        expected.put(name, index.get(name).get("parameters").asLong());
        counted.put(name, ModelReader.shipped(name).parameterCount());
      }
    }
    assertThat(expected).hasSizeGreaterThanOrEqualTo(50);
    assertThat(counted).isEqualTo(expected);
  }

  @Test
  void shapesEqualTheConfigurations() throws IOException {
    for (FamilyMember member : FamilyMember.all()) {
      JsonNode config = Reference.json("models/configs/" + member.file() + ".json");
      Graph graph = ModelReader.shipped(member.file());
      compare(member, graph, config, "layers", "num_hidden_layers");
      compare(member, graph, config, "hidden", "hidden_size");
      compare(member, graph, config, "vocab", "vocab_size");
      compare(member, graph, config, "experts", "num_local_experts");
      compare(member, graph, config, "experts", "num_experts");
      compare(member, graph, config, "chosen", "num_experts_per_tok");
      boolean ofExperts = config.has("moe_intermediate_size");
      compare(
          member, graph, config, "ffn", ofExperts ? "moe_intermediate_size" : "intermediate_size");
      if (!member.note().startsWith("Sequences")) {
        compare(member, graph, config, "seq", "max_position_embeddings");
      }
      compare(member, graph, config, "kv_heads", "num_key_value_heads");
      compare(member, graph, config, "channels", "num_base_channels");
      compare(member, graph, config, "width", "width_factor");
      if (!member.note().contains("heads")) {
        compare(member, graph, config, "heads", "num_attention_heads");
      }
    }
  }

  private static void compare(
      FamilyMember member, Graph graph, JsonNode config, String dim, String key) {
    if (config.has(key) && graph.dims().containsKey(dim)) {
      assertThat(graph.dims().get(dim))
          .as("%s of %s", dim, member.file())
          .isEqualTo(config.get(key).asLong());
    }
  }
}
