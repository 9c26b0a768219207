package autopar.program;

/**
 * The bytes of a rank at the moment when most are alive.
 *
 * <p>A buffer is alive from its first write to its {@code Free}, one of the run always; the target
 * of an in-place sum takes its source's memory over. What a kernel needs beside its operands and
 * results is not known here.
 *
 * @param activations of buffers that wait from forward for backward, over all micro-batches in
 *     flight
 * @param transients everything else: values within a pass or the update, and the sums of the loss
 * @param where the pass and the instruction after whose writes it is, in words
 */
public record LiveBytes(
    long parameters,
    long gradients,
    long optimizer,
    long activations,
    long transients,
    String where) {

  /** All bytes. */
  public long total() {
    return parameters + gradients + optimizer + activations + transients;
  }

  /**
   * The peak of the rank of {@code stage} that has the highest: the one at the origin of the mesh,
   * since the first part of a split is never shorter than another.
   */
  public static LiveBytes worst(ProgramBundle bundle, int stage) {
    return of(bundle, stage, 0);
  }

  /**
   * The peak of the rank at {@code position} of the mesh of {@code stage}. O(instructions +
   * passes).
   */
  public static LiveBytes of(ProgramBundle bundle, int stage, int position) {
    return new LiveWalk(bundle, bundle.stages().get(stage), position).peak();
  }
}
