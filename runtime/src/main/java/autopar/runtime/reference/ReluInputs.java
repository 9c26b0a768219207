package autopar.runtime.reference;

import autopar.ir.graph.Body;
import autopar.ir.graph.Node;
import autopar.ir.op.Unary;
import autopar.ir.op.UnaryKind;
import java.util.Map;

/**
 * Counts inputs of ReLUs that lie within rounding of zero: in a run of single precision each may
 * fall on the other side, and its gradient is then there or not.
 */
public final class ReluInputs {

  /** What lies as near to zero as a sum of single precision may be wrong, in root mean squares. */
  public static final double NEAR = 1e-6;

  private ReluInputs() {}

  /** Tells {@code listener} about every ReLU of {@code body}, given the values of its forward. */
  static void count(Body body, Map<Integer, Tensor> values, ReferenceListener listener) {
    for (Node node : body.nodes()) {
      if (node.op() instanceof Unary unary && unary.kind() == UnaryKind.RELU) {
        double[] x = values.get(node.operands().getFirst()).data();
        double squares = 0;
        for (double v : x) {
          squares += v * v;
        }
        double near = NEAR * Math.sqrt(squares / Math.max(1, x.length));
        long count = 0;
        for (double v : x) {
          count += Math.abs(v) < near ? 1 : 0;
        }
        listener.relu(x.length, count);
      }
    }
  }
}
