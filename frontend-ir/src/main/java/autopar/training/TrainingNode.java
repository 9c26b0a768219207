package autopar.training;

import autopar.ir.op.Op;
import java.util.List;

/**
 * A node that runs in the backward phase.
 *
 * <p>{@code origin} is the index of the forward node of the body it derives from (or -1 for sums of
 * gradients of body arguments); it shares the origin's factor names, so the strategy of the origin
 * decides its sharding too. {@code recomputed} marks a copy of the origin run again in backward.
 */
public record TrainingNode(
    String name,
    Op op,
    int origin,
    boolean recomputed,
    List<Integer> operands,
    List<Integer> results) {

  public TrainingNode {
    operands = List.copyOf(operands);
    results = List.copyOf(results);
  }
}
