package autopar.runtime.reference;

import static autopar.ir.graph.BodyBuilder.real;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Body;
import autopar.ir.graph.BodyBuilder;
import autopar.ir.graph.Graph;
import autopar.ir.graph.Initializer;
import autopar.ir.graph.Parameter;
import autopar.ir.graph.Section;
import autopar.ir.graph.Value;
import autopar.ir.op.Attention;
import autopar.ir.op.AttentionMask;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.CrossEntropy;
import autopar.ir.op.Einsum;
import autopar.ir.op.Embedding;
import autopar.ir.op.LayerNorm;
import autopar.ir.op.Op;
import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.training.LowerAttention;
import autopar.training.TrainingGraph;
import autopar.training.TrainingGraphText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A whole model: three layers between a tied embedding and the loss, with a frozen positional table
 * and a bias that all layers share.
 */
final class ModelGradientsTest {

  private static final long BATCH = 2;
  private static final TensorType IDS =
      new TensorType(ElementType.INT32, List.of(Extent.batch(1), Extent.of(3)));
  private static final TensorType X = real(Extent.batch(1), Extent.of(3), Extent.of(4));
  private static final TensorType BIAS = real(Extent.of(2), Extent.of(3), Extent.of(3));
  private static final Op ADD = new Binary(BinaryKind.ADD);

  private final Graph graph = model();
  private final ReferenceTraining training =
      new ReferenceTraining(TrainingGraph.of(graph), BATCH, 5);

  @Test
  void gradientsEqualCentralDifferences() {
    Map<Integer, Tensor> inputs = inputs();
    Map<String, Tensor> parameters = parameters(graph);
    ReferenceTraining.Step step = training.step(inputs, parameters);
    assertThat(step.loss()).isEqualTo(training.loss(inputs, parameters));
    assertThat(step.gradients()).hasSize(2 + 3 * 5).doesNotContainKey("wpe");
    step.gradients()
        .forEach((name, gradient) -> {
          for (int i = 0; i < gradient.size(); i += 3) {
            double difference =
                (loss(inputs, parameters, name, i, 1e-5) - loss(inputs, parameters, name, i, -1e-5))
                    / 2e-5;
            assertThat(gradient.data()[i])
                .as("%s[%d]", name, i)
                .isCloseTo(difference, within(1e-8));
          }
        });
  }

  @Test
  void everyBodyIsToldOfOnTheWayThereAndBack() {
    List<String> heard = new ArrayList<>();
    ReferenceListener listener =
        new ReferenceListener() {
          @Override
          public void enters(String body) {
            heard.add(body);
          }
        };
    new ReferenceTraining(TrainingGraph.of(graph), BATCH, 0, 5, Map.of(), listener)
        .step(inputs(), parameters(graph));
    List<String> there = List.of("section 0", "decoder.0", "decoder.1", "decoder.2", "section 2");
    List<String> all = new ArrayList<>(there);
    all.addAll(there.reversed());
    assertThat(heard).isEqualTo(all);
  }

  @Test
  void unfusedAttentionIsTheSameModel() {
    ReferenceTraining unfused =
        new ReferenceTraining(TrainingGraph.of(LowerAttention.unfused(graph)), BATCH, 5);
    ReferenceTraining.Step expected = training.step(inputs(), parameters(graph));
    ReferenceTraining.Step step = unfused.step(inputs(), parameters(graph));
    assertThat(step.loss()).isCloseTo(expected.loss(), within(1e-12));
    expected
        .gradients()
        .forEach((name, gradient) ->
            assertThat(step.gradients().get(name).data())
                .as(name)
                .containsExactly(gradient.data(), within(1e-12)));
  }

  @Test
  void layersShareOneDerivationAndTheTextShowsIt() {
    TrainingGraph derived = training.training();
    assertThat(derived.sections()).hasSize(3);
    assertThat(TrainingGraphText.print(derived))
        .contains("repeat 3 decoder(x0, bias) -> x1")
        .contains("saved x, h, q, k, v, a, a.lse")
        .contains("wte <- grad(wte)")
        .doesNotContain("grad(wpe)")
        .isEqualTo(TrainingGraphText.print(TrainingGraph.of(model())));
  }

  private double loss(
      Map<Integer, Tensor> inputs,
      Map<String, Tensor> parameters,
      String name,
      int element,
      double step) {
    double[] data = parameters.get(name).data().clone();
    data[element] += step;
    Map<String, Tensor> moved = new HashMap<>(parameters);
    moved.put(name, new Tensor(parameters.get(name).shape(), data));
    return training.loss(inputs, moved);
  }

  private static Map<String, Tensor> parameters(Graph graph) {
    Map<String, Tensor> drawn = ReferenceParameters.draw(graph, 11);
    drawn.replaceAll((name, t) -> Tensor.filled(t.shape(), i -> 20 * t.data()[i]));
    return drawn;
  }

  private static Map<Integer, Tensor> inputs() {
    Random random = new Random(2);
    int[] shape = {(int) BATCH, 3};
    return Map.of(
        0, Tensor.filled(shape, i -> random.nextInt(5)),
        1, Tensor.filled(shape, i -> random.nextInt(6) - 1));
  }

  /** Graph values: tokens 0, labels 1, wte 2, wpe 3, bias 4, x0 5, x1 6, loss 7. */
  private static Graph model() {
    Value tokens = new Value(0, "tokens", IDS);
    Value labels = new Value(1, "labels", IDS);
    Value wte = new Value(2, "wte", real(Extent.of(5), Extent.of(4)));
    Value wpe = new Value(3, "wpe", real(Extent.of(3), Extent.of(4)));
    Value bias = new Value(4, "bias", BIAS);
    Value x0 = new Value(5, "x0", X);
    Value x1 = new Value(6, "x1", X);
    Value loss = new Value(7, "loss", new TensorType(ElementType.FLOAT32, List.of()));
    return new Graph(
        "tiny",
        Map.of("seq", 3L),
        "batch",
        4,
        List.of(tokens, labels, wte, wpe, bias, x0, x1, loss),
        List.of(tokens, labels),
        List.of(parameter(wte, false), parameter(wpe, true), parameter(bias, false)),
        List.of(
            new Section.Straight(embed(), List.of(0, 2, 3), List.of(5)),
            new Section.Repeat("decoder", 0, 3, decoder(), List.of(5, 4), List.of(6)),
            new Section.Straight(head(), List.of(6, 2, 1), List.of(7))),
        Optional.of(7),
        List.of());
  }

  private static Parameter parameter(Value value, boolean frozen) {
    return new Parameter(value, new Initializer.Normal(0.02), frozen, SourceSpan.NONE);
  }

  private static Body embed() {
    BodyBuilder b = new BodyBuilder();
    int tokens = b.argument("tokens", IDS);
    int wte = b.argument("wte", real(Extent.of(5), Extent.of(4)));
    int wpe = b.argument("wpe", real(Extent.of(3), Extent.of(4)));
    return b.returning(b.node("x0", ADD, b.node("e", new Embedding(), wte, tokens), wpe));
  }

  private static Body decoder() {
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x", X);
    int bias = b.argument("bias", BIAS);
    int gain = b.parameter("gain", 4);
    int wq = b.parameter("wq", 4, 2, 2);
    int wk = b.parameter("wk", 4, 2, 2);
    int wv = b.parameter("wv", 4, 2, 2);
    int wo = b.parameter("wo", 2, 2, 4);
    Op project = Einsum.of("bsh,hnd->bsnd");
    int h = b.node("h", new LayerNorm(1e-5), x, gain);
    int q = b.node("q", project, h, wq);
    int k = b.node("k", project, h, wk);
    int v = b.node("v", project, h, wv);
    int a = b.node("a", new Attention(new AttentionMask.Causal(), 0.7, 0), q, k, v, bias);
    return b.returning(b.node("y", ADD, x, b.node("o", Einsum.of("bsnd,ndh->bsh"), a, wo)));
  }

  private static Body head() {
    BodyBuilder b = new BodyBuilder();
    int x = b.argument("x1", X);
    int wte = b.argument("wte", real(Extent.of(5), Extent.of(4)));
    int labels = b.argument("labels", IDS);
    int logits = b.node("logits", Einsum.of("bsh,vh->bsv"), x, wte);
    return b.returning(b.node("loss", new CrossEntropy(), logits, labels));
  }
}
