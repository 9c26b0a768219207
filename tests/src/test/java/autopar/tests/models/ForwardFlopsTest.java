package autopar.tests.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.ir.graph.Graph;
import autopar.planner.ModelFlops;
import autopar.training.TrainingGraph;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products of one forward pass, against arithmetic by hand and published figures. */
final class ForwardFlopsTest {

  /** 4 h^2 + 2 h f weights a layer, scores and context, and the tied output; 2 FLOPs a weight. */
  @ParameterizedTest
  @ValueSource(
      strings = {"opt-125m", "opt-66b", "opt-175b", "gpt2-xl", "gpt3-175b", "megatron-gpt-145.6b"})
  void decodersByHand(String name) {
    Graph graph = ModelReader.shipped(name);
    Map<String, Long> d = graph.dims();
    double s = d.get("seq");
    double h = d.get("hidden");
    double layer = 2 * s * (4 * h * h + 2 * h * d.get("ffn")) + 4 * s * s * h;
    double expected = d.get("layers") * layer + 2 * s * h * d.get("vocab");
    assertThat(ModelFlops.forwardPerSample(graph)).isEqualTo(expected);
    assertThat(ModelFlops.trainingPerSample(TrainingGraph.of(graph)))
        .isCloseTo(3 * expected, Percentage.withPercentage(1e-6));
  }

  /** Keys and values have fewer heads; the gate is a third matrix. */
  @ParameterizedTest
  @ValueSource(strings = {"llama-7b", "llama-2-70b", "llama-3-8b"})
  void gatedDecodersByHand(String name) {
    Graph graph = ModelReader.shipped(name);
    Map<String, Long> d = graph.dims();
    double s = d.get("seq");
    double h = d.get("hidden");
    double keys = (double) d.get("kv_heads") * d.get("head");
    double layer = 2 * s * (2 * h * h + 2 * h * keys + 3 * h * d.get("ffn")) + 4 * s * s * h;
    assertThat(ModelFlops.forwardPerSample(graph))
        .isEqualTo(d.get("layers") * layer + 2 * s * h * d.get("vocab"));
  }

  /** Cross attention reads the encoder; its keys and values are made per decoder layer. */
  @Test
  void encoderDecoderByHand() {
    Graph graph = ModelReader.shipped("t5-11b", Map.of("target_seq", 128L));
    Map<String, Long> d = graph.dims();
    double s = d.get("seq");
    double t = 128;
    double h = d.get("hidden");
    double inner = (double) d.get("heads") * d.get("head");
    double feed = 2.0 * h * d.get("ffn");
    double encoder = 2 * s * (4 * h * inner + feed) + 4 * s * s * inner;
    double self = 2 * t * 4 * h * inner + 4 * t * t * inner;
    double cross = 2 * (2 * t + 2 * s) * h * inner + 4 * t * s * inner;
    double expected = 24 * (encoder + self + cross + 2 * t * feed) + 2 * t * h * d.get("vocab");
    assertThat(ModelFlops.forwardPerSample(graph))
        .isCloseTo(expected, Percentage.withPercentage(1e-6));
  }

  /** Per output position a window of products; the first block of a stage halves the image. */
  @ParameterizedTest
  @ValueSource(strings = {"alpa-wresnet-250m", "alpa-wresnet-13b"})
  void wideResNetsByHand(String name) {
    Graph graph = ModelReader.shipped(name);
    Map<String, Long> d = graph.dims();
    double channels = d.get("channels");
    double pixels = 112.0 * 112;
    double products = pixels * 7 * 7 * 3 * channels;
    double in = channels;
    pixels = 56.0 * 56;
    for (int stage = 1; stage <= 4; stage++) {
      double narrow = channels * (1 << (stage - 1));
      double wide = narrow * d.get("width");
      double out = 4 * narrow;
      for (int block = 0; block < d.get("depth" + stage); block++) {
        double before = pixels;
        pixels = stage > 1 && block == 0 ? pixels / 4 : pixels;
        products += before * in * narrow + pixels * (9 * narrow * wide + wide * out);
        products += block == 0 ? pixels * in * out : 0;
        in = out;
      }
    }
    products += in * d.get("classes");
    assertThat(ModelFlops.forwardPerSample(graph)).isEqualTo(2 * products);
  }

  /** Forward FLOPs at 128 tokens, MrYxJ/calculate-flops.pytorch; its BLOOM has no output layer. */
  @Test
  void publishedFigures() throws IOException {
    JsonNode rows = Reference.json("models/flops-published.json").get("rows");
    Map<String, String> shipped =
        Map.of("llama-7b", "llama-7b", "llama2-7b", "llama-2-7b", "llama2-7b-chat", "llama-2-7b");
    int compared = 0;
    for (JsonNode row : rows) {
      String model = row.get("model").asText();
      double published = row.get("fwd_gflops").asDouble() * 1e9;
      if (shipped.containsKey(model)) {
        Graph graph = ModelReader.shipped(shipped.get(model), Map.of("seq", 128L));
        assertThat(ModelFlops.forwardPerSample(graph))
            .as(model)
            .isCloseTo(published, within(0.002 * published));
        compared++;
      } else if (model.startsWith("bloom-")) {
        Graph graph = ModelReader.shipped(model, Map.of("seq", 128L));
        double output = 2.0 * 128 * graph.dims().get("hidden") * graph.dims().get("vocab");
        assertThat(ModelFlops.forwardPerSample(graph) - output)
            .as(model)
            .isCloseTo(published, within(0.01 * published));
        compared++;
      }
    }
    assertThat(compared).isEqualTo(5);
  }
}
