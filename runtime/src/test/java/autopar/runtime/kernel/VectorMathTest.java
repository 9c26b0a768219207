package autopar.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.op.Affine;
import autopar.ir.op.CrossEntropy;
import autopar.ir.op.Op;
import autopar.ir.op.Reduce;
import autopar.ir.op.ReduceKind;
import autopar.ir.op.Rope;
import autopar.ir.op.Unary;
import autopar.ir.op.UnaryGrad;
import autopar.ir.op.UnaryKind;
import autopar.runtime.Placement;
import autopar.runtime.reference.ReferenceKernels;
import autopar.runtime.reference.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions where they are hard, against the reference. */
final class VectorMathTest {

  private static final FloatKernels KERNELS = new FloatKernels(new VectorProduct());

  /** Every function and its slope from -9 to 9, so that also each small value is right. */
  @ParameterizedTest
  @EnumSource(UnaryKind.class)
  void everyValueIsWithinAFewUnitsInTheLastPlace(UnaryKind kind) {
    boolean positive = List.of(UnaryKind.LOG, UnaryKind.SQRT, UnaryKind.RSQRT).contains(kind);
    int n = 18_001;
    FloatTensor x = FloatTensor.zeros(n);
    FloatTensor dy = FloatTensor.zeros(n);
    for (int i = 0; i < n; i++) {
      x.data()[i] = positive ? (i + 1) / 1000f : (i - 9000) / 1000f;
      dy.data()[i] = 1;
    }
    FloatTensor y = run(new Unary(kind), x);
    Tensor expected = exact(new Unary(kind), x);
    for (int i = 0; i < n; i++) {
      double scale = Math.max(Math.abs(expected.data()[i]), 1e-6);
      assertThat(Math.abs(y.data()[i] - expected.data()[i]) / scale)
          .as("%s of %s is %s", kind, x.data()[i], y.data()[i])
          .isLessThan(kind == UnaryKind.GELU || kind == UnaryKind.GELU_TANH ? 8e-6 : 1e-6);
    }
    FloatTensor kept = UnaryGrad.keepsResult(kind) ? y : x;
    FloatTensor dx = run(new UnaryGrad(kind), kept, dy);
    assertThat(OpUnderTest.error(dx, exact(new UnaryGrad(kind), kept, dy))).isLessThan(6e-7);
  }

  @Test
  void expEndsInZeroAndInfinityAndKeepsNaN() {
    float[] ends = {-200, -88, Float.NEGATIVE_INFINITY, 89, 200, Float.POSITIVE_INFINITY};
    FloatTensor x = FloatTensor.zeros(64);
    System.arraycopy(ends, 0, x.data(), 0, ends.length);
    x.data()[ends.length] = Float.NaN;
    x.data()[ends.length + 1] = 88.7f;
    float[] y = run(new Unary(UnaryKind.EXP), x).data();
    float infinity = Float.POSITIVE_INFINITY;
    // Below the smallest normal number, vectors give 0.
    assertThat(y[1]).isBetween(0f, Float.MIN_NORMAL);
    y[1] = 0;
    assertThat(y).startsWith(0, 0, 0, infinity, infinity, infinity, Float.NaN);
    assertThat(y[ends.length + 1] / Math.exp(88.7f)).isBetween(1 - 1e-6, 1 + 1e-6);
    assertThat(y[63]).isEqualTo(1);
  }

  @Test
  void longSumsStayExact() {
    int n = 3_000_001;
    FloatTensor x = FloatTensor.zeros(n);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      x.data()[i] = 0.1f + i % 7;
      sum += x.data()[i];
    }
    Op op = new Reduce(ReduceKind.SUM, List.of(0), List.of());
    FloatTensor y = FloatTensor.zeros();
    KERNELS.run(op, List.of(x), List.of(y), Placement.whole(1));
    assertThat(y.data()[0] / sum).isBetween(1 - 1e-6, 1 + 1e-6);
  }

  @Test
  void ropeIsExactAtLatePositions() {
    FloatTensor x = FloatTensor.zeros(3000, 1, 34);
    Arrays.fill(x.data(), 1);
    Placement late = new Placement(Map.of("d0", 100_000), Map.of(), 1, OptionalDouble.empty(), 1);
    FloatTensor y = FloatTensor.zeros(3000, 1, 34);
    KERNELS.run(new Rope(10000), List.of(x), List.of(y), late);
    Tensor expected =
        ReferenceKernels.run(new Rope(10000), List.of(exact(x)), List.of(x.shape()), late).get(0);
    assertThat(OpUnderTest.error(y, expected)).isLessThan(1e-6);
  }

  @Test
  void labelsThatAreMaskedDoNotCount() {
    FloatTensor logits = new FloatTensor(new int[] {3, 2}, new float[] {1, 2, 3, 4, 5, 7});
    FloatTensor labels = new FloatTensor(new int[] {3}, new float[] {-1, 1, 0});
    List<FloatTensor> out = List.of(FloatTensor.zeros(), FloatTensor.zeros(3));
    KERNELS.run(new CrossEntropy(), List.of(logits, labels), out, Placement.whole(1));
    List<Tensor> expected =
        ReferenceKernels.run(
            new CrossEntropy(),
            List.of(exact(logits), exact(labels)),
            List.of(new int[0], new int[] {3}),
            Placement.whole(1));
    assertThat(OpUnderTest.error(out.get(0), expected.get(0))).isLessThan(1e-6);
    assertThat(OpUnderTest.error(out.get(1), expected.get(1))).isLessThan(1e-6);
  }

  @Test
  void meansOfNothingAreZero() {
    FloatTensor y = OpUnderTest.dirty(new int[] {2});
    Op op = new Reduce(ReduceKind.MEAN, List.of(0), List.of());
    KERNELS.run(op, List.of(FloatTensor.zeros(0, 2)), List.of(y), Placement.whole(1));
    assertThat(y.data()).containsExactly(0, 0);
    KERNELS.run(
        new Affine(2, 1),
        List.of(FloatTensor.zeros(0, 2)),
        List.of(FloatTensor.zeros(0, 2)),
        Placement.whole(1));
  }

  private static FloatTensor run(Op op, FloatTensor... in) {
    FloatTensor y = FloatTensor.zeros(in[0].shape());
    KERNELS.run(op, List.of(in), List.of(y), Placement.whole(1));
    return y;
  }

  private static Tensor exact(Op op, FloatTensor... in) {
    List<Tensor> operands = List.of(in).stream().map(VectorMathTest::exact).toList();
    return ReferenceKernels.run(op, operands, List.of(in[0].shape()), Placement.whole(1)).get(0);
  }

  private static Tensor exact(FloatTensor x) {
    return Tensor.filled(x.shape(), i -> x.data()[i]);
  }
}
