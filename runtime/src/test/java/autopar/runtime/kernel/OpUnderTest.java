package autopar.runtime.kernel;

import autopar.ir.graph.Node;
import autopar.ir.op.CrossEntropy;
import autopar.ir.op.CrossEntropyGrad;
import autopar.ir.op.FactorRules;
import autopar.ir.op.Op;
import autopar.ir.type.TensorType;
import autopar.runtime.Placement;
import autopar.runtime.reference.Blocks;
import autopar.runtime.reference.BodyUnderTest;
import autopar.runtime.reference.ReferenceKernels;
import autopar.runtime.reference.SmallBodies;
import autopar.runtime.reference.Tensor;
import autopar.sharding.FactorRule;
import autopar.training.ApplyRecompute;
import autopar.training.RecomputeMode;
import autopar.training.TrainingBody;
import autopar.training.TrainingNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One op of a body with the values it meets there, in single precision, and what it makes of them
 * by its definition.
 */
record OpUnderTest(
    Op op,
    List<TensorType> operands,
    List<TensorType> results,
    List<FloatTensor> in,
    List<int[]> shapes,
    List<Tensor> expected) {

  /** Which masks dropouts draw. */
  static final long KEY = 1;

  static Stream<BodyUnderTest> bodies() {
    return Stream.of(SmallBodies.all(), Blocks.all(), LargerBodies.all()).flatMap(List::stream);
  }

  /** The ops of forward and backward. */
  static List<OpUnderTest> of(BodyUnderTest test) {
    TrainingBody training = test.training();
    Map<Integer, Tensor> values = values(test, training);
    List<OpUnderTest> ops = new ArrayList<>();
    for (Node node : test.body().nodes()) {
      ops.add(of(test, training, node.op(), node.operands(), node.results(), values));
    }
    for (TrainingNode node : training.backward()) {
      ops.add(of(test, training, node.op(), node.operands(), node.results(), values));
    }
    return ops;
  }

  /** Values of both phases; everything is kept, so that nodes can be run alone. */
  private static Map<Integer, Tensor> values(BodyUnderTest test, TrainingBody training) {
    Map<Integer, Tensor> values =
        new HashMap<>(test.interpreter().forward(test.body(), test.given()));
    Random random = new Random(3);
    for (int gradient : training.resultGradients()) {
      if (gradient >= 0) {
        values.put(gradient, test.draw(training.values().get(gradient), random));
      }
    }
    return test.interpreter().backward(ApplyRecompute.to(training, RecomputeMode.NONE), values);
  }

  private static OpUnderTest of(
      BodyUnderTest test,
      TrainingBody training,
      Op op,
      List<Integer> operands,
      List<Integer> results,
      Map<Integer, Tensor> values) {
    List<TensorType> in = operands.stream().map(o -> training.values().get(o).type()).toList();
    List<TensorType> out = results.stream().map(r -> training.values().get(r).type()).toList();
    List<FloatTensor> floats = operands.stream().map(o -> single(values.get(o))).toList();
    List<int[]> shapes = out.stream().map(test.interpreter()::shape).toList();
    List<Tensor> expected =
        ReferenceKernels.run(
            op, floats.stream().map(OpUnderTest::exact).toList(), shapes, Placement.whole(KEY));
    return new OpUnderTest(op, in, out, floats, shapes, expected);
  }

  FactorRule rule() {
    return FactorRules.of(op, operands, results);
  }

  /** Results full of a number that no kernel may leave behind. */
  static List<FloatTensor> dirty(List<int[]> shapes) {
    return shapes.stream().map(OpUnderTest::dirty).toList();
  }

  static FloatTensor dirty(int[] shape) {
    FloatTensor tensor = FloatTensor.zeros(shape);
    Arrays.fill(tensor.data(), 1e30f);
    return tensor;
  }

  /** What a cross-entropy is the mean over. */
  OptionalDouble labels() {
    if (!(op instanceof CrossEntropy || op instanceof CrossEntropyGrad)) {
      return OptionalDouble.empty();
    }
    double count = 0;
    for (float label : in.get(1).data()) {
      count += label >= 0 ? 1 : 0;
    }
    return OptionalDouble.of(count);
  }

  /** norm(a - b) / norm(b), or norm(a) where b is zero; infinite for NaN. */
  static double error(FloatTensor a, Tensor b) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < b.size(); i++) {
      double d = a.data()[i] == b.data()[i] ? 0 : a.data()[i] - b.data()[i];
      difference += d * d;
      norm += b.data()[i] * b.data()[i];
    }
    double error = Math.sqrt(difference) / (norm < 1e-12 ? 1 : Math.sqrt(norm));
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  private static FloatTensor single(Tensor tensor) {
    FloatTensor single = FloatTensor.zeros(tensor.shape());
    for (int i = 0; i < tensor.size(); i++) {
      single.data()[i] = (float) tensor.data()[i];
    }
    return single;
  }

  private static Tensor exact(FloatTensor tensor) {
    return Tensor.filled(tensor.shape(), i -> tensor.data()[i]);
  }
}
