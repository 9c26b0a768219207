package autopar.ir.op;

import autopar.ir.type.TensorType;
import java.util.List;

/**
 * dy -> dx of {@link Reduce} by sum or mean, and (x, y, dy) -> dx by max (ties share the gradient).
 *
 * @param operand type of x
 */
public record ReduceGrad(
    ReduceKind kind, List<Integer> dims, List<Integer> kept, TensorType operand)
    implements GradientOp {

  public ReduceGrad {
    dims = List.copyOf(dims);
    kept = List.copyOf(kept);
  }
}
