package autopar.ir.op;

import autopar.ir.type.Extent;
import java.util.List;

/** x -> the same elements in row-major order as {@code shape}. Its gradient is a reshape too. */
public record Reshape(List<Extent> shape) implements ForwardOp {

  public Reshape {
    shape = List.copyOf(shape);
  }
}
