package autopar.tests.models;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.text.IncludeResolver;
import autopar.text.IrPrinter;
import autopar.text.IrReader;
import autopar.text.Purpose;
import autopar.training.TrainingBody;
import autopar.training.TrainingGraph;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model file is a model: it reads, prints, differentiates and has its known size. */
final class ShippedModelsTest {

  static Stream<String> names() {
    return ShippedModels.names().stream();
  }

  @Test
  void parametersEqualTheTable() {
    Map<String, Long> expected = new LinkedHashMap<>();
    FamilyMember.all().forEach(m -> expected.put(m.file(), m.parameters()));
    expected.put("opt-350m", 331_196_416L);
    Map<String, Long> counted = new LinkedHashMap<>();
    expected.keySet().forEach(n -> counted.put(n, ModelReader.shipped(n).parameterCount()));
    assertThat(counted).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("names")
  void readsWithoutDiagnostics(String name) {
    SourceFile file = ShippedModels.source(name);
    assertThat(
            IrReader.analyze(file, Map.of(), IncludeResolver.NONE, Purpose.TRAINING).diagnostics())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("names")
  void nothingIsFrozen(String name) {
    Graph graph = ModelReader.shipped(name);
    assertThat(graph.trainableParameterCount()).isEqualTo(graph.parameterCount());
  }

  @ParameterizedTest
  @MethodSource("names")
  void dimsHaveTheNamesOfTheConvention(String name) {
    Graph graph = ModelReader.shipped(name);
    assertThat(graph.batchDim()).isEqualTo("batch");
    assertThat(graph.defaultBatch()).isEqualTo(1024);
    if (!name.contains("resnet") && !name.equals("mlp")) {
      assertThat(graph.dims())
          .containsKeys("layers", "seq", "hidden", "heads", "head", "ffn", "vocab");
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void layersAreTheInstancesOfBlocks(String name) {
    Graph graph = ModelReader.shipped(name);
    Map<String, Long> dims = graph.dims();
    long expected =
        name.contains("resnet")
            ? IntStream.rangeClosed(1, 4).mapToLong(i -> dims.get("depth" + i)).sum()
            : dims.get("layers") + dims.getOrDefault("decoder_layers", 0L);
    if (name.startsWith("alpa-moe")) {
      expected /= 2; // every other layer has experts, so a block holds a pair
    }
    assertThat(graph.layers()).isEqualTo((int) expected);
  }

  @ParameterizedTest
  @MethodSource("names")
  void printsAndParsesBack(String name) {
    printsAndParsesBack(ModelReader.shipped(name));
  }

  static void printsAndParsesBack(Graph graph) {
    String printed = IrPrinter.print(graph);
    Graph again = ModelReader.read(new SourceFile(graph.name() + ".ir", printed), Map.of());
    assertThat(Spanless.graph(again)).isEqualTo(Spanless.graph(graph));
    assertThat(IrPrinter.print(again)).isEqualTo(printed);
  }

  @Test
  void printsEveryNodeWithItsName() {
    assertThat(IrPrinter.print(ModelReader.shipped("opt-66b")))
        .contains(
            """
              let h = layer_norm(x, ln1.gain, ln1.bias, eps = 1.0E-5)
              let q.einsum = einsum("bsh,hnd->bsnd", h, wq)
              let q = q.einsum + bq
            """,
            """
              let a = attention(q, k, v, mask = causal, scale = 0.08838834764831843)
              let y.einsum = einsum("bsnd,ndh->bsh", a, wo)
              let y.add = y.einsum + bo
              let y = x + y.add
            """,
            """
            let x0.embedding = embedding(wte, tokens)
            let x0.slice = slice(wpe, dim = 0, start = 2, length = 2048)
            let x0 = x0.embedding + x0.slice
            let x1 = repeat 64 decoder(x0)
            let h = layer_norm(x1, ln.gain, ln.bias, eps = 1.0E-5)
            let logits = einsum("bsh,vh->bsv", h, wte)
            loss cross_entropy(logits, labels)
            """);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyParameterGetsAGradient(String name) {
    assertThat(withoutGradient(TrainingGraph.of(ModelReader.shipped(name)))).isEmpty();
  }

  /** Names of trainable parameters that no section derives a gradient for. */
  private static List<String> withoutGradient(TrainingGraph training) {
    Graph graph = training.graph();
    boolean[] derived = new boolean[graph.values().size()];
    List<String> missing = new ArrayList<>();
    for (int s = 0; s < training.sections().size(); s++) {
      Section section = graph.sections().get(s);
      TrainingBody body = training.sections().get(s);
      for (int a = 0; a < section.operands().size(); a++) {
        derived[section.operands().get(a)] |= body.argumentGradients().get(a) >= 0;
      }
      for (int p = 0; p < section.body().parameters().size(); p++) {
        Parameter parameter = section.body().parameters().get(p);
        if (!parameter.frozen() && body.parameterGradients().get(p) < 0) {
          missing.add(parameter.name());
        }
      }
    }
    for (Parameter parameter : graph.parameters()) {
      if (!parameter.frozen() && !derived[parameter.value().id()]) {
        missing.add(parameter.name());
      }
    }
    return missing;
  }
}
