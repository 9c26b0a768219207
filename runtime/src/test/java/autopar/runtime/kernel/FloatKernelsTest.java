package autopar.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.runtime.Placement;
import autopar.runtime.reference.BodyUnderTest;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every op on whole tensors, forward and backward, against its definition. */
final class FloatKernelsTest {

  private final FloatKernels kernels = new FloatKernels(new VectorProduct());

  static Stream<BodyUnderTest> bodies() {
    return OpUnderTest.bodies();
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void kernelsComputeWhatTheReferenceDoes(BodyUnderTest test) {
    for (OpUnderTest op : OpUnderTest.of(test)) {
      List<FloatTensor> out = OpUnderTest.dirty(op.shapes());
      kernels.run(op.op(), op.in(), out, Placement.whole(OpUnderTest.KEY));
      for (int i = 0; i < out.size(); i++) {
        assertThat(OpUnderTest.error(out.get(i), op.expected().get(i)))
            .as("%s: result %d", op.op(), i)
            .isLessThan(2e-6);
      }
    }
  }
}
