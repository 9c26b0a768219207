package autopar.tests.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.ir.type.ElementType;
import autopar.runtime.OptimizerSettings;
import autopar.runtime.RelativeDifference;
import autopar.runtime.reference.ReferenceOptimizer;
import autopar.runtime.reference.ReferenceTraining;
import autopar.training.Optimizer;
import autopar.training.TrainingGraph;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Loss, every gradient, and parameters after a step, of the reference executor and of libtorch.
 *
 * @param model as the reference executor derives it from the text
 * @param written the same model by hand
 */
record Comparison(SmallModel model, TorchModel written) {

  /** In double precision only the order of sums differs. */
  private static final double DOUBLE = 1e-9;

  /** AdamW divides the noise of gradients that are zero by algebra by its epsilon. */
  private static final double UPDATED = 1e-7;

  static {
    torch.set_num_threads(1);
    torch.globalContext().setUserEnabledNNPACK(false); // warns where the processor is too old
  }

  /** Everything, in double precision. */
  void check() {
    check(Optimizer.ADAMW);
    check(Optimizer.SGD);
  }

  private void check(Optimizer rule) {
    try (PointerScope _ = new PointerScope()) {
      ReferenceTraining.Step step = reference();
      OptimizerSettings settings = OptimizerSettings.DEFAULTS;
      var after =
          new ReferenceOptimizer(rule, settings)
              .step(ReferenceOptimizer.Point.start(model.parameters()), step.gradients());
      Map<String, Tensor> leaves = TorchTensors.leaves(model.parameters(), ScalarType.Double);
      checkLossAndGradients(step, leaves, ScalarType.Double, DOUBLE);
      TorchOptimizers.of(rule, settings, leaves.values()).step();
      assertClose(
          rule + " step",
          TorchTensors.data(after.parameters()),
          TorchTensors.elements(leaves),
          UPDATED);
    }
  }

  /** Loss and gradients, those of libtorch in single precision. */
  void checkSinglePrecision(double tolerance) {
    try (PointerScope _ = new PointerScope()) {
      Map<String, Tensor> leaves = TorchTensors.leaves(model.parameters(), ScalarType.Float);
      checkLossAndGradients(reference(), leaves, ScalarType.Float, tolerance);
    }
  }

  private ReferenceTraining.Step reference() {
    return new ReferenceTraining(TrainingGraph.of(model.graph()), model.batch(), 1)
        .step(model.inputsById(), model.parameters());
  }

  private void checkLossAndGradients(
      ReferenceTraining.Step expected,
      Map<String, Tensor> leaves,
      ScalarType type,
      double tolerance) {
    Tensor loss = written.loss(model, new Named(leaves), new Named(inputs(type)));
    loss.backward();
    double value = TorchTensors.elements(loss)[0];
    assertThat(expected.loss()).as("loss").isCloseTo(value, within(tolerance * Math.abs(value)));
    assertClose(
        type + " gradients",
        TorchTensors.data(expected.gradients()),
        TorchTensors.gradients(leaves),
        tolerance);
  }

  private Map<String, Tensor> inputs(ScalarType type) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    model
        .graph()
        .inputs()
        .forEach(v -> {
          var tensor = model.inputs().get(v.name());
          boolean whole = v.type().element() == ElementType.INT32;
          inputs.put(
              v.name(), whole ? TorchTensors.whole(tensor) : TorchTensors.real(tensor, type));
        });
    return inputs;
  }

  private static void assertClose(
      String what, Map<String, double[]> actual, Map<String, double[]> expected, double tolerance) {
    assertThat(RelativeDifference.ofEach(actual, expected))
        .as(what)
        .isNotEmpty()
        .allSatisfy(
            (name, difference) -> assertThat(difference).as(name).isLessThanOrEqualTo(tolerance));
  }
}
