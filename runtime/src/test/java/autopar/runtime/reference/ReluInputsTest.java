package autopar.runtime.reference;

import static autopar.ir.graph.BodyBuilder.real;
import static org.assertj.core.api.Assertions.assertThat;

import autopar.ir.graph.Body;
import autopar.ir.graph.BodyBuilder;
import autopar.ir.op.Unary;
import autopar.ir.op.UnaryKind;
import autopar.ir.type.Extent;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which inputs of a ReLU may fall on either side of zero. */
final class ReluInputsTest {

  @Test
  void thoseWithinRoundingOfTheirRootMeanSquareCount() {
    BodyBuilder builder = new BodyBuilder();
    int x = builder.argument("x", real(Extent.of(4)));
    int open = builder.node("open", new Unary(UnaryKind.RELU), x);
    builder.node("square", new Unary(UnaryKind.SQUARE), open);
    Body body = builder.returning(open);
    // The root mean square is 100.
    Tensor values = new Tensor(new int[] {4}, new double[] {-200, 0.9e-4, -0.9e-4, 1.1e-4});
    long[] told = new long[2];
    ReferenceListener listener =
        new ReferenceListener() {
          @Override
          public void relu(long inputs, long nearZero) {
            told[0] += inputs;
            told[1] += nearZero;
          }
        };
    ReluInputs.count(body, Map.of(x, values, open, values), listener);
    assertThat(told).containsExactly(4, 2);
  }
}
