package autopar.tests.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.ir.graph.Graph;
import autopar.ir.graph.Value;
import autopar.ir.type.ElementType;
import autopar.runtime.reference.InstanceNames;
import autopar.runtime.reference.ReferenceInterpreter;
import autopar.runtime.reference.ReferenceParameters;
import autopar.runtime.reference.ReferenceTraining;
import autopar.runtime.reference.Tensor;
import autopar.training.ApplyRecompute;
import autopar.training.RecomputeMode;
import autopar.training.TrainingBody;
import autopar.training.TrainingGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kinds of model, small enough to run: from text to gradients, against central differences. */
final class TinyModelsTest {
  private static final long BATCH = 3;
  private static final double STEP = 1e-5;

  static List<String> names() {
    return List.of(
        "mlp-tiny", "gpt-tiny", "llama-tiny", "bert-tiny", "t5-tiny", "conv-tiny", "experts-tiny");
  }

  @ParameterizedTest
  @MethodSource("names")
  void printsAndParsesBack(String name) {
    ShippedModelsTest.printsAndParsesBack(ModelReader.tiny(name));
  }

  /**
   * Along a random direction of every parameter: grad . d = (loss(p + e d) - loss(p - e d)) / 2e.
   */
  @ParameterizedTest
  @MethodSource("names")
  void gradientsAreThoseOfTheLoss(String name) {
    Graph graph = ModelReader.tiny(name);
    ReferenceTraining training = training(graph, RecomputeMode.NONE);
    Map<String, Tensor> parameters = ReferenceParameters.draw(graph, 1);
    Map<Integer, Tensor> inputs = inputs(graph);
    Map<String, Tensor> gradients = training.step(inputs, parameters).gradients();
    assertThat(gradients.keySet()).containsExactlyInAnyOrderElementsOf(trainable(graph));
    Random random = new Random(3);
    gradients.forEach((parameter, gradient) -> {
      Tensor way = Tensor.filled(gradient.shape(), i -> random.nextGaussian());
      double slope = dot(gradient, way);
      double up = training.loss(inputs, moved(parameters, parameter, way, STEP));
      double down = training.loss(inputs, moved(parameters, parameter, way, -STEP));
      assertThat(slope)
          .as("%s of %s", parameter, name)
          .isCloseTo((up - down) / (2 * STEP), within(1e-6 + 1e-4 * Math.abs(slope)));
    });
  }

  @ParameterizedTest
  @MethodSource("names")
  void recomputationChangesNoGradient(String name) {
    Graph graph = ModelReader.tiny(name);
    Map<String, Tensor> parameters = ReferenceParameters.draw(graph, 1);
    Map<Integer, Tensor> inputs = inputs(graph);
    var plain = training(graph, RecomputeMode.NONE).step(inputs, parameters);
    for (RecomputeMode mode : List.of(RecomputeMode.SELECTIVE, RecomputeMode.FULL)) {
      var again = training(graph, mode).step(inputs, parameters);
      assertThat(again.gradients().keySet()).isEqualTo(plain.gradients().keySet());
      plain
          .gradients()
          .forEach((key, value) ->
              assertThat(again.gradients().get(key).data())
                  .as("%s of %s, %s", key, name, mode)
                  .containsExactly(value.data(), within(1e-12)));
    }
  }

  private static ReferenceTraining training(Graph graph, RecomputeMode mode) {
    List<TrainingBody> sections = new ArrayList<>();
    for (TrainingBody body : TrainingGraph.of(graph).sections()) {
      boolean layer = graph.sections().get(sections.size()).layers() > 0;
      sections.add(layer ? ApplyRecompute.to(body, mode) : body);
    }
    return new ReferenceTraining(new TrainingGraph(graph, sections), BATCH, 1);
  }

  private static List<String> trainable(Graph graph) {
    List<String> names = new ArrayList<>();
    InstanceNames.parameters(graph)
        .forEach((name, parameter) -> {
          if (!parameter.frozen()) {
            names.add(name);
          }
        });
    return names;
  }

  private static Map<Integer, Tensor> inputs(Graph graph) {
    Random random = new Random(2);
    Map<Integer, Tensor> drawn = new HashMap<>();
    for (Value input : graph.inputs()) {
      boolean integer = input.type().element() == ElementType.INT32;
      int[] shape = new ReferenceInterpreter(BATCH, 0).shape(input.type());
      drawn.put(
          input.id(),
          Tensor.filled(
              shape,
              i -> integer ? random.nextInt(below(graph, input.name())) : random.nextGaussian()));
    }
    return drawn;
  }

  /** What the values of an integer input stay below. */
  private static int below(Graph graph, String input) {
    Map<String, Long> dims = graph.dims();
    long limit =
        switch (input) {
          case "segment", "order" -> dims.get("segments");
          default -> dims.containsKey("vocab") ? dims.get("vocab") : dims.get("classes");
        };
    return (int) limit;
  }

  private static double dot(Tensor a, Tensor b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += a.data()[i] * b.data()[i];
    }
    return sum;
  }

  private static Map<String, Tensor> moved(
      Map<String, Tensor> parameters, String name, Tensor way, double by) {
    Map<String, Tensor> moved = new HashMap<>(parameters);
    Tensor from = parameters.get(name);
    moved.put(name, Tensor.filled(from.shape(), i -> from.data()[i] + by * way.data()[i]));
    return moved;
  }
}
