package autopar.strategy;

import java.util.Optional;

/**
 * Which factors the axes of a mesh may split: the search space of strategies.
 *
 * @param dataFirst the first axis splits the batch of every op that has one, and nothing else (data
 *     parallelism by name); otherwise every axis is free
 * @param sequenceParallel whether later axes must, must not, or (empty) may split the sequence
 *     outside attention
 */
public record AxisUse(boolean dataFirst, Optional<Boolean> sequenceParallel) {

  /** Data axis first, other axes free. */
  public static final AxisUse DATA_FIRST = new AxisUse(true, Optional.empty());

  /** Every axis may be put to any use, per op. */
  public static final AxisUse FREE = new AxisUse(false, Optional.empty());

  /** The same on products with weights: where sequence parallelism is decided, they are split. */
  public AxisUse forWeights() {
    return sequenceParallel.isPresent() ? new AxisUse(dataFirst, Optional.of(false)) : this;
  }

  /**
   * May an axis other than the data axis split a factor? Once sequence parallelism is decided such
   * an axis means Megatron's tensor parallelism: it never splits the batch, and without sequence
   * parallelism everything between the products is whole on every device (arXiv:1909.08053).
   *
   * @param sequence whether the factor is one that only sequence parallelism splits
   */
  boolean admits(boolean batched, boolean sequence) {
    return sequenceParallel.map(splits -> !batched && (splits || !sequence)).orElse(true);
  }
}
