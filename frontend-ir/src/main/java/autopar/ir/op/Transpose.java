package autopar.ir.op;

import java.util.List;

/** x -> y; dimension i of y is dimension {@code permutation[i]} of x. */
public record Transpose(List<Integer> permutation) implements ForwardOp {

  public Transpose {
    permutation = List.copyOf(permutation);
  }
}
