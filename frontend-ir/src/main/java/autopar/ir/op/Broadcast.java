package autopar.ir.op;

import autopar.ir.type.Extent;
import java.util.List;

/** x -> x repeated to {@code shape}, aligned at the last dimensions. */
public record Broadcast(List<Extent> shape) implements ForwardOp {

  public Broadcast {
    shape = List.copyOf(shape);
  }
}
