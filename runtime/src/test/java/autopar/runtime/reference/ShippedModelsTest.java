package autopar.runtime.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Value;
import autopar.ir.type.ElementType;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import autopar.training.LowerAttention;
import autopar.training.TrainingGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every family of shipped models at tiny sizes: losses and gradients of the text as read, against
 * central differences of one element of every parameter.
 */
final class ShippedModelsTest {

  private static final long BATCH = 2;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt layers=2 seq=3 hidden=4 heads=2 vocab=5",
        "opt layers=2 seq=3 hidden=4 heads=2 vocab=5",
        "llama layers=2 seq=3 hidden=8 heads=4 kv_heads=2 ffn=6 vocab=5",
        "bloom layers=2 seq=3 hidden=6 heads=3 vocab=5",
        "bert layers=2 seq=3 hidden=4 heads=2 vocab=5",
        "t5 layers=2 seq=4 target_seq=3 hidden=4 heads=2 head=2 ffn=6 vocab=5 buckets=8",
        "mlp layers=2 inputs=3 hidden=4 outputs=3",
        "wide-resnet channels=2 width=1 classes=5 image=32 depth1=2 depth2=1 depth3=1 depth4=1"
      })
  void gradientsEqualCentralDifferences(String model) throws IOException {
    Graph graph = read(model);
    ReferenceTraining training = new ReferenceTraining(TrainingGraph.of(graph), BATCH, 3);
    Map<Integer, Tensor> inputs = inputs(graph);
    Map<String, Tensor> parameters = parameters(graph);
    ReferenceTraining.Step step = training.step(inputs, parameters);
    assertThat(step.loss()).isFinite().isEqualTo(training.loss(inputs, parameters));
    Random random = new Random(9);
    step.gradients()
        .forEach((name, gradient) -> {
          int i = random.nextInt(gradient.size());
          double difference =
              (training.loss(inputs, moved(parameters, name, i, 1e-6))
                      - training.loss(inputs, moved(parameters, name, i, -1e-6)))
                  / 2e-6;
          assertThat(gradient.data()[i])
              .as("%s[%d] of %s", name, i, model)
              .isCloseTo(difference, within(1e-6 * Math.max(1, Math.abs(difference))));
        });
    assertThat(step.gradients().keySet()).isEqualTo(trained(graph));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt layers=2 seq=3 hidden=4 heads=2 vocab=5",
        "llama layers=2 seq=3 hidden=8 heads=4 kv_heads=2 ffn=6 vocab=5",
        "bloom layers=2 seq=3 hidden=6 heads=3 vocab=5",
        "t5 layers=2 seq=4 target_seq=3 hidden=4 heads=2 head=2 ffn=6 vocab=5 buckets=8"
      })
  void unfusedAttentionIsTheSameModel(String model) throws IOException {
    checkUnfused(read(model));
  }

  @Test
  void groupedHeadsWithBiasesAreTheSameUnfused() {
    String text =
        """
        model grouped
        batch dim batch = 4
        input x : [batch, 3, 8]
        param wq : [8, 4, 2]
        param wk, wv : [8, 2, 2]
        param per_head : [4, 3, 3]
        param per_key : [1, 1, 3]
        let q = einsum("bsh,hnd->bsnd", x, wq)
        let k = einsum("bsh,hnd->bsnd", x, wk)
        let v = einsum("bsh,hnd->bsnd", x, wv)
        let a = attention(q, k, v, per_head, mask = causal)
        let c = attention(q, k, v, per_key, mask = none)
        loss reduce_mean(a * c, dims = [0, 1, 2, 3])
        """;
    checkUnfused(IrReader.read(new SourceFile("grouped.ir", text), Map.of(), IncludeResolver.NONE));
  }

  private static void checkUnfused(Graph graph) {
    Map<Integer, Tensor> inputs = inputs(graph);
    Map<String, Tensor> parameters = parameters(graph);
    ReferenceTraining.Step fused =
        new ReferenceTraining(TrainingGraph.of(graph), BATCH, 3).step(inputs, parameters);
    ReferenceTraining.Step unfused =
        new ReferenceTraining(TrainingGraph.of(LowerAttention.unfused(graph)), BATCH, 3)
            .step(inputs, parameters);
    assertThat(unfused.loss()).isCloseTo(fused.loss(), within(1e-12));
    fused
        .gradients()
        .forEach((name, gradient) ->
            assertThat(unfused.gradients().get(name).data())
                .as(name)
                .containsExactly(gradient.data(), within(1e-11)));
  }

  private static Graph read(String model) throws IOException {
    String[] words = model.split(" ");
    Map<String, Long> sizes = new HashMap<>();
    for (int i = 1; i < words.length; i++) {
      String[] size = words[i].split("=");
      sizes.put(size[0], Long.parseLong(size[1]));
    }
    Path file =
        Path.of(System.getProperty("autopar.home")).resolve("models").resolve(words[0] + ".ir");
    SourceFile source = new SourceFile(file.toString(), Files.readString(file));
    return IrReader.read(source, sizes, IncludeResolver.NONE);
  }

  /** Weights large enough to leave the neighbourhood of zero. */
  private static Map<String, Tensor> parameters(Graph graph) {
    Map<String, Tensor> drawn = ReferenceParameters.draw(graph, 4);
    Random random = new Random(8);
    drawn.replaceAll(
        (name, t) -> Tensor.filled(t.shape(), i -> t.data()[i] + 0.4 * random.nextGaussian()));
    return drawn;
  }

  private static Map<Integer, Tensor> inputs(Graph graph) {
    Random random = new Random(6);
    Map<Integer, Tensor> inputs = new HashMap<>();
    for (Value input : graph.inputs()) {
      boolean ids = input.type().element() == ElementType.INT32;
      boolean two = input.name().equals("segment") || input.name().equals("order");
      inputs.put(
          input.id(),
          Tensor.filled(
              new ReferenceInterpreter(BATCH, 0).shape(input.type()),
              i -> ids ? random.nextInt(two ? 2 : 5) : random.nextGaussian()));
    }
    return inputs;
  }

  private static Set<String> trained(Graph graph) {
    Set<String> names = new TreeSet<>();
    InstanceNames.parameters(graph)
        .forEach((name, parameter) -> {
          if (!parameter.frozen()) {
            names.add(name);
          }
        });
    return names;
  }

  private static Map<String, Tensor> moved(
      Map<String, Tensor> parameters, String name, int element, double step) {
    double[] data = parameters.get(name).data().clone();
    data[element] += step;
    Map<String, Tensor> moved = new HashMap<>(parameters);
    moved.put(name, new Tensor(parameters.get(name).shape(), data));
    return moved;
  }
}
