package autopar.runtime.reference;

import static autopar.runtime.reference.SmallBodies.n;
import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.op.Conv2d;
import autopar.ir.op.Conv2dInputGrad;
import autopar.ir.op.FactorRules;
import autopar.ir.op.HaloElements;
import autopar.ir.op.Op;
import autopar.ir.op.Pool2d;
import autopar.ir.op.Pool2dGrad;
import autopar.ir.op.PoolKind;
import autopar.ir.op.ShapeRules;
import autopar.ir.op.Shapes;
import autopar.ir.op.Window;
import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.runtime.Placement;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The middle one of three shards of an image's rows receives as many elements as it is sensitive to
 * beyond its own rows.
 */
final class HaloElementsTest {

  private static final int SHARDS = 3;
  private static final long CHANNELS = 2;

  @ParameterizedTest
  @CsvSource({"3,1,1,12", "3,2,1,24", "7,2,3,24", "5,1,2,12"})
  void convolution(long kernel, long stride, long padding, long size) {
    TensorType x = image(size);
    TensorType w = real(kernel, kernel, CHANNELS, CHANNELS);
    TensorType y = image(size / stride);
    check(new Conv2d(stride, padding), List.of(x, w), 0);
    check(new Conv2dInputGrad(stride, padding, n(size), n(size)), List.of(w, y), 1);
  }

  @ParameterizedTest
  @CsvSource({"3,1,1,12", "3,2,1,24"})
  void pooling(long kernel, long stride, long padding, long size) {
    Window window = new Window(kernel, kernel, stride, padding);
    check(new Pool2d(PoolKind.AVG, window), List.of(image(size)), 0);
    check(new Pool2dGrad(PoolKind.AVG, window, n(size), n(size)), List.of(image(size / stride)), 0);
  }

  private static void check(Op op, List<TensorType> types, int moved) {
    Random random = new Random(1);
    TensorType result = ((Shapes.Ok) ShapeRules.infer(op, types)).results().get(0);
    FactorRule rule = FactorRules.of(op, types, List.of(result));
    List<Tensor> operands =
        types.stream().map(t -> Tensor.filled(shape(t), i -> 1 + random.nextDouble())).toList();
    double[] expected = middle(run(op, operands, result));
    Tensor image = operands.get(moved);
    int rows = image.shape()[1];
    int received = 0;
    for (int row = 0; row < rows; row++) {
      boolean own = row >= rows / SHARDS && row < 2 * rows / SHARDS;
      List<Tensor> changed = new ArrayList<>(operands);
      changed.set(moved, withoutRow(image, row));
      if (!own && !Arrays.equals(middle(run(op, changed, result)), expected)) {
        received += image.size() / rows;
      }
    }
    long[] sizes = rule.factors().stream().mapToLong(f -> f.extent().count()).toArray();
    int y = rule.indexOf("y");
    sizes[y] /= SHARDS;
    assertThat(HaloElements.of(op, rule, sizes, y)).as("%s", op).isEqualTo(received);
  }

  private static Tensor run(Op op, List<Tensor> operands, TensorType result) {
    return ReferenceKernels.run(op, operands, List.of(shape(result)), Placement.whole(0)).get(0);
  }

  private static double[] middle(Tensor image) {
    int third = image.size() / SHARDS;
    return Arrays.copyOfRange(image.data(), third, 2 * third);
  }

  private static Tensor withoutRow(Tensor image, int row) {
    int length = image.size() / image.shape()[1];
    return Tensor.filled(image.shape(), i -> i / length == row ? 0 : image.data()[i]);
  }

  private static TensorType image(long size) {
    return real(1, size, size, CHANNELS);
  }

  private static TensorType real(long... shape) {
    return new TensorType(ElementType.REAL, Arrays.stream(shape).mapToObj(Extent::of).toList());
  }

  private static int[] shape(TensorType type) {
    return new ReferenceInterpreter(1, 0).shape(type);
  }
}
