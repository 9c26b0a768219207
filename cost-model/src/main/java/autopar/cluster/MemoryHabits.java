package autopar.cluster;

/**
 * What software keeps on a device beside the tensors of a plan.
 *
 * @param bf16GradientBytes bytes of gradients for each parameter that a device holds when it trains
 *     in bf16: 6 where fp32 sums are kept beside bf16 gradients; 0 where they are as planned
 * @param stepBytes bytes for each parameter whose states a device holds while it updates them in
 *     16-bit training, unless fp32 sums are there anyway: 4 where gradients are copied to fp32, 4
 *     more for each fp32 temporary of an optimizer that is not fused
 * @param wholeGradients part of the gradients that wait in full size for a reduce-scatter which
 *     combines many of them
 * @param stageOutputs true where the output of a stage stays until its backward pass, for every
 *     micro-batch in flight; false where it is freed once it was sent
 * @param workspaceBytes flat copies, buckets, communicators, what its allocation pattern leaves
 *     unusable
 */
public record MemoryHabits(
    double bf16GradientBytes,
    double stepBytes,
    double wholeGradients,
    boolean stageOutputs,
    long workspaceBytes) {

  /** Nothing but the tensors of the plan. */
  public static final MemoryHabits NONE = new MemoryHabits(0, 0, 0, false, 0);
}
