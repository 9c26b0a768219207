package autopar.tests.torch;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.runtime.CounterRandom;
import autopar.runtime.OptimizerSettings;
import autopar.runtime.RelativeDifference;
import autopar.runtime.reference.ReferenceOptimizer;
import autopar.runtime.reference.ReferenceOptimizer.Point;
import autopar.runtime.reference.ReferenceTraining;
import autopar.runtime.reference.Tensor;
import autopar.training.Optimizer;
import autopar.training.TrainingGraph;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** AdamW and SGD of the reference executor over several steps, against those of libtorch. */
@NeedsLibtorch
final class OptimizersTest {

  private static final int STEPS = 3;

  private static final OptimizerSettings SETTINGS =
      new OptimizerSettings(0.05, 0.8, 0.97, 1e-6, 0.1, 0.7);

  /** Gradients from 1e-8 to 10, some exactly zero. */
  @ParameterizedTest
  @EnumSource(names = {"ADAMW", "SGD"})
  void givenGradientsMoveParametersAlike(Optimizer rule) {
    try (PointerScope _ = new PointerScope()) {
      Map<String, Tensor> parameters = new LinkedHashMap<>();
      parameters.put("scalar", drawn(0, 1));
      parameters.put("vector", drawn(0, 1, 5));
      parameters.put("matrix", drawn(0, 1, 3, 4));
      parameters.put("cube", drawn(0, 1, 2, 3, 4));
      parameters.put("small", drawn(0, 1e-4, 6));
      Point point = Point.start(parameters);
      var leaves = TorchTensors.leaves(parameters, ScalarType.Double);
      var optimizer = TorchOptimizers.of(rule, SETTINGS, leaves.values());
      for (int step = 1; step <= STEPS; step++) {
        Map<String, Tensor> gradients = new LinkedHashMap<>();
        for (String name : parameters.keySet()) {
          gradients.put(name, gradient(step, parameters.get(name).shape()));
        }
        point = new ReferenceOptimizer(rule, SETTINGS).step(point, gradients);
        optimizer.zero_grad();
        leaves.forEach((name, leaf) ->
            leaf.mul(TorchTensors.real(gradients.get(name), ScalarType.Double)).sum().backward());
        optimizer.step();
        assertThat(
                RelativeDifference.largest(
                    TorchTensors.data(point.parameters()), TorchTensors.elements(leaves)))
            .isLessThanOrEqualTo(1e-14);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ADAMW", "SGD"})
  void trainingIsAlikeStepAfterStep(Optimizer rule) {
    try (PointerScope _ = new PointerScope()) {
      SmallModel model = SmallModel.read("gpt layers=2 seq=7 hidden=12 heads=3 vocab=13");
      ReferenceTraining training =
          new ReferenceTraining(TrainingGraph.of(model.graph()), model.batch(), 1);
      Map<String, org.bytedeco.pytorch.Tensor> inputs = new LinkedHashMap<>();
      model.inputs().forEach((name, tensor) -> inputs.put(name, TorchTensors.whole(tensor)));
      Point point = Point.start(model.parameters());
      var leaves = TorchTensors.leaves(model.parameters(), ScalarType.Double);
      OptimizerSettings settings = OptimizerSettings.DEFAULTS;
      var optimizer = TorchOptimizers.of(rule, settings, leaves.values());
      for (int step = 1; step <= STEPS; step++) {
        var own = training.step(model.inputsById(), point.parameters());
        point = new ReferenceOptimizer(rule, settings).step(point, own.gradients());
        optimizer.zero_grad();
        GptTest.gpt(model, new Named(leaves), new Named(inputs)).backward();
        optimizer.step();
        assertThat(
                RelativeDifference.largest(
                    TorchTensors.data(point.parameters()), TorchTensors.elements(leaves)))
            .isLessThanOrEqualTo(1e-9);
      }
    }
  }

  private static Tensor drawn(long key, double scale, int... shape) {
    return Tensor.filled(shape, i -> scale * CounterRandom.gaussian(key, i));
  }

  private static Tensor gradient(long step, int... shape) {
    return Tensor.filled(
        shape,
        i ->
            i % 5 == 3 ? 0 : Math.pow(10, 1 - 3 * (i % 4)) * CounterRandom.gaussian(100 + step, i));
  }
}
