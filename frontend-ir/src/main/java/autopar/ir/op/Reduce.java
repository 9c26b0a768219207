package autopar.ir.op;

import java.util.List;

/**
 * x -> y with the dimensions {@code dims} (ascending) reduced; those also in {@code kept} stay as
 * dimensions of size 1.
 */
public record Reduce(ReduceKind kind, List<Integer> dims, List<Integer> kept) implements ForwardOp {

  public Reduce {
    dims = List.copyOf(dims);
    kept = List.copyOf(kept);
  }
}
