package autopar.runtime.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.ir.graph.Body;
import autopar.ir.graph.Value;
import autopar.training.ApplyRecompute;
import autopar.training.RecomputeMode;
import autopar.training.TrainingBody;
import autopar.training.TrainingBodyVerifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every gradient against central differences of a weighted sum of the results, with backward
 * reading only what each recompute mode keeps.
 */
final class GradientRulesTest {

  private static final double STEP = 1e-5;

  static Stream<BodyUnderTest> bodies() {
    return Stream.concat(SmallBodies.all().stream(), Blocks.all().stream());
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void gradientsEqualCentralDifferences(BodyUnderTest test) {
    Body body = test.body();
    Map<Integer, Tensor> given = test.given();
    Map<Integer, Tensor> weights = weights(test);
    TrainingBody training = test.training();
    Map<Integer, Tensor> gradients = gradients(test, training, given, weights);
    List<Integer> inputs = new ArrayList<>(body.arguments());
    body.parameters().forEach(p -> inputs.add(p.value().id()));
    for (int input : inputs) {
      Value value = body.value(input);
      if (!value.type().element().isReal()) {
        continue;
      }
      Tensor gradient = gradients.get(input);
      Tensor x = given.get(input);
      for (int i = 0; i < x.size(); i++) {
        double difference =
            (objective(test, perturbed(given, input, i, STEP), weights)
                    - objective(test, perturbed(given, input, i, -STEP), weights))
                / (2 * STEP);
        double derived = gradient == null ? 0 : gradient.data()[i];
        assertThat(derived)
            .as("d/d %s[%d] of %s", value.name(), i, test.name())
            .isCloseTo(difference, within(2e-7 * Math.max(10, Math.abs(difference))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void recomputationChangesNoGradient(BodyUnderTest test) {
    Map<Integer, Tensor> given = test.given();
    Map<Integer, Tensor> weights = weights(test);
    TrainingBody none = test.training();
    TrainingBodyVerifier.verify(none);
    Map<Integer, Tensor> expected = gradients(test, none, given, weights);
    for (RecomputeMode mode : RecomputeMode.values()) {
      TrainingBody variant = ApplyRecompute.to(none, mode);
      Map<Integer, Tensor> gradients = gradients(test, variant, given, weights);
      assertThat(gradients.keySet()).isEqualTo(expected.keySet());
      expected.forEach((input, gradient) ->
          assertThat(gradients.get(input).data())
              .as("%s of %s", mode, test.name())
              .isEqualTo(gradient.data()));
      if (mode == RecomputeMode.FULL) {
        assertThat(test.body().arguments()).containsAll(variant.saved());
      }
    }
  }

  private static Map<Integer, Tensor> weights(BodyUnderTest test) {
    Random random = new Random(1);
    Map<Integer, Tensor> weights = new HashMap<>();
    for (int result : test.body().results()) {
      weights.put(
          result,
          new BodyUnderTest(test.name(), test.body(), 1, false)
              .draw(test.body().value(result), random));
    }
    return weights;
  }

  private static double objective(
      BodyUnderTest test, Map<Integer, Tensor> given, Map<Integer, Tensor> weights) {
    Map<Integer, Tensor> values = test.interpreter().forward(test.body(), given);
    double sum = 0;
    for (int result : test.body().results()) {
      Tensor y = values.get(result);
      for (int i = 0; i < y.size(); i++) {
        sum += y.data()[i] * weights.get(result).data()[i];
      }
    }
    return sum;
  }

  private static Map<Integer, Tensor> perturbed(
      Map<Integer, Tensor> given, int input, int element, double step) {
    Map<Integer, Tensor> moved = new HashMap<>(given);
    double[] data = given.get(input).data().clone();
    data[element] += step;
    moved.put(input, new Tensor(given.get(input).shape(), data));
    return moved;
  }

  /** Gradients by argument or parameter id. */
  private static Map<Integer, Tensor> gradients(
      BodyUnderTest test,
      TrainingBody training,
      Map<Integer, Tensor> given,
      Map<Integer, Tensor> weights) {
    ReferenceInterpreter interpreter = test.interpreter();
    Body body = test.body();
    Map<Integer, Tensor> available = interpreter.kept(training, interpreter.forward(body, given));
    for (int r = 0; r < body.results().size(); r++) {
      if (training.resultGradients().get(r) >= 0) {
        available.put(training.resultGradients().get(r), weights.get(body.results().get(r)));
      }
    }
    Map<Integer, Tensor> values = interpreter.backward(training, available);
    Map<Integer, Tensor> gradients = new HashMap<>();
    for (int a = 0; a < body.arguments().size(); a++) {
      if (training.argumentGradients().get(a) >= 0) {
        gradients.put(body.arguments().get(a), values.get(training.argumentGradients().get(a)));
      }
    }
    for (int p = 0; p < body.parameters().size(); p++) {
      if (training.parameterGradients().get(p) >= 0) {
        gradients.put(
            body.parameters().get(p).value().id(),
            values.get(training.parameterGradients().get(p)));
      }
    }
    return gradients;
  }
}
