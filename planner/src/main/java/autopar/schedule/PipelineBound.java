package autopar.schedule;

/** A lower bound of a step that needs no simulation. */
public final class PipelineBound {
  private PipelineBound() {}

  /**
   * The largest over stages i of {@code m (f_i + b_i)} plus the passes that must surround them: the
   * first micro-batch reaches stage i only after its forwards on the stages before, and the last
   * backward of stage i is followed by the backwards of the stages before. Valid for every schedule
   * that flushes, with or without transfer time.
   *
   * <p>Arrays are per virtual stage ({@code chunk * stages + stage}), in seconds per micro-batch;
   * with several chunks only the passes through the first chunk surround a stage.
   */
  public static double seconds(
      int virtualStages, int microBatches, double[] forward, double[] backward) {
    int stages = forward.length / virtualStages;
    double before = 0;
    double bound = 0;
    for (int stage = 0; stage < stages; stage++) {
      double own = 0;
      for (int chunk = 0; chunk < virtualStages; chunk++) {
        own += forward[chunk * stages + stage] + backward[chunk * stages + stage];
      }
      bound = Math.max(bound, microBatches * own + before);
      before += forward[stage] + backward[stage];
    }
    return bound;
  }
}
