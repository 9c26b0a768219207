package autopar.ir.op;

import java.util.List;

/** dy -> dx of {@link Transpose}: the inverse permutation, with the forward op's factor names. */
public record TransposeGrad(List<Integer> permutation) implements GradientOp {

  public TransposeGrad {
    permutation = List.copyOf(permutation);
  }
}
