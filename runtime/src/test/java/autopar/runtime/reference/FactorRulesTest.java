package autopar.runtime.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.ir.graph.Node;
import autopar.ir.op.Conv2dWeightGrad;
import autopar.ir.op.CrossEntropy;
import autopar.ir.op.CrossEntropyGrad;
import autopar.ir.op.FactorRules;
import autopar.ir.op.Op;
import autopar.ir.type.TensorType;
import autopar.runtime.Placement;
import autopar.sharding.Factor;
import autopar.sharding.FactorKind;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every factor rule by running the op shard by shard: results that have the factor are put
 * together, results that lack it are summed, and both must equal the op on whole tensors. Nodes are
 * those of forward and backward of all bodies, with the values they meet there.
 */
final class FactorRulesTest {

  static Stream<BodyUnderTest> bodies() {
    return Stream.concat(SmallBodies.all().stream(), Blocks.all().stream());
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void shardsMakeTheWhole(BodyUnderTest test) {
    TrainingBody training = test.training();
    Map<Integer, Tensor> values = values(test, training);
    for (Node node : test.body().nodes()) {
      check(test, training, node.op(), node.operands(), node.results(), values);
    }
    for (TrainingNode node : training.backward()) {
      check(test, training, node.op(), node.operands(), node.results(), values);
    }
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

  private static void check(
      BodyUnderTest test,
      TrainingBody training,
      Op op,
      List<Integer> operands,
      List<Integer> results,
      Map<Integer, Tensor> values) {
    List<TensorType> in = operands.stream().map(o -> training.values().get(o).type()).toList();
    List<TensorType> out = results.stream().map(r -> training.values().get(r).type()).toList();
    FactorRule rule = FactorRules.of(op, in, out);
    assertThat(coversEveryDimension(rule, in, out)).as("%s: %s", op, rule).isTrue();
    List<Tensor> whole = operands.stream().map(values::get).toList();
    List<int[]> shapes = out.stream().map(test.interpreter()::shape).toList();
    List<Tensor> expected = ReferenceKernels.run(op, whole, shapes, Placement.whole(1));
    for (int f = 0; f < rule.factors().size(); f++) {
      for (int shards : new int[] {2, 3}) {
        int size = Math.toIntExact(rule.factors().get(f).extent().at(BodyUnderTest.BATCH));
        if (size >= shards && shardable(op, rule, f)) {
          compare(op, rule, f, shards, size, whole, shapes, expected);
        }
      }
    }
  }

  /** The product of a dimension's factors is its extent; a dimension without factors has size 1. */
  private static boolean coversEveryDimension(
      FactorRule rule, List<TensorType> in, List<TensorType> out) {
    List<List<List<Integer>>> tensors = new ArrayList<>(rule.operands());
    tensors.addAll(rule.results());
    List<TensorType> types = new ArrayList<>(in);
    types.addAll(out);
    if (tensors.size() != types.size()) {
      return false;
    }
    for (int t = 0; t < types.size(); t++) {
      if (tensors.get(t).size() != types.get(t).rank()) {
        return false;
      }
      for (int d = 0; d < types.get(t).rank(); d++) {
        long product = 1;
        for (int f : tensors.get(t).get(d)) {
          product *= rule.factors().get(f).extent().at(BodyUnderTest.BATCH);
        }
        if (product != types.get(t).shape().get(d).at(BodyUnderTest.BATCH)) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Factors that a shard can run on alone. The weight gradient of a convolution also reads its
   * neighbours' borders.
   */
  private static boolean shardable(Op op, FactorRule rule, int factor) {
    Factor f = rule.factors().get(factor);
    boolean alone = f.kind() == FactorKind.PASS_THROUGH || f.kind() == FactorKind.REDUCTION;
    boolean border =
        op instanceof Conv2dWeightGrad && (f.name().equals("y") || f.name().equals("x"));
    return alone
        && !border
        && Stream.concat(rule.operands().stream(), rule.results().stream())
            .flatMap(List::stream)
            .allMatch(dim -> dim.lastIndexOf(factor) <= 0);
  }

  private static void compare(
      Op op,
      FactorRule rule,
      int factor,
      int shards,
      int size,
      List<Tensor> whole,
      List<int[]> shapes,
      List<Tensor> expected) {
    int chunk = Math.ceilDiv(size, shards);
    List<Tensor> sums = shapes.stream().map(Tensor::zeros).toList();
    for (int start = 0; start < size; start += chunk) {
      int length = Math.min(chunk, size - start);
      List<Tensor> local = new ArrayList<>();
      for (int i = 0; i < whole.size(); i++) {
        local.add(cut(whole.get(i), dim(rule.operands().get(i), factor), size, start, length));
      }
      List<int[]> localShapes = new ArrayList<>();
      for (int i = 0; i < shapes.size(); i++) {
        int[] shape = shapes.get(i).clone();
        int dim = dim(rule.results().get(i), factor);
        if (dim >= 0) {
          shape[dim] = shape[dim] / size * length;
        }
        localShapes.add(shape);
      }
      Placement placement =
          new Placement(
              Map.of(rule.factors().get(factor).name(), start),
              Map.of(rule.factors().get(factor).name(), size),
              MeanShare.of(op, rule, factor, (double) length / size),
              labels(op, whole),
              1);
      List<Tensor> out = ReferenceKernels.run(op, local, localShapes, placement);
      for (int i = 0; i < out.size(); i++) {
        int dim = dim(rule.results().get(i), factor);
        if (dim >= 0) {
          int step = shapes.get(i)[dim] / size;
          MovementKernels.copy(out.get(i), sums.get(i), dim, 0, start * step, length * step);
        } else {
          for (int e = 0; e < sums.get(i).size(); e++) {
            sums.get(i).data()[e] += out.get(i).data()[e];
          }
        }
      }
    }
    for (int i = 0; i < sums.size(); i++) {
      boolean summed = dim(rule.results().get(i), factor) < 0;
      if (summed && rule.factors().get(factor).kind() == FactorKind.PASS_THROUGH) {
        assertThat(false)
            .as("%s: result %d lacks factor %s that passes through", op, i, factor)
            .isTrue();
      }
      assertThat(sums.get(i).data())
          .as("%s: result %d with %s in %d", op, i, rule.factors().get(factor), shards)
          .containsExactly(expected.get(i).data(), within(1e-11));
    }
  }

  /** What a cross-entropy is the mean over. */
  private static OptionalDouble labels(Op op, List<Tensor> whole) {
    return op instanceof CrossEntropy || op instanceof CrossEntropyGrad
        ? OptionalDouble.of(Arrays.stream(whole.get(1).data()).filter(l -> l >= 0).count())
        : OptionalDouble.empty();
  }

  /** The dimension whose major factor is {@code factor}, or -1. */
  private static int dim(List<List<Integer>> tensor, int factor) {
    for (int d = 0; d < tensor.size(); d++) {
      if (!tensor.get(d).isEmpty() && tensor.get(d).get(0) == factor) {
        return d;
      }
    }
    return -1;
  }

  private static Tensor cut(Tensor tensor, int dim, int size, int start, int length) {
    if (dim < 0) {
      return tensor;
    }
    int step = tensor.shape()[dim] / size;
    int[] shape = tensor.shape().clone();
    shape[dim] = length * step;
    return MovementKernels.slice(dim, start * step, tensor, shape);
  }
}
