package autopar.intraop;

import autopar.training.RecomputeMode;
import java.util.Arrays;

/**
 * One way to run a body on a mesh: a strategy for every variable, with everything a stage needs to
 * know of its price. Pieces stay separate because what a stage exposes depends on its schedule.
 *
 * <p>Seconds are per micro-batch; arrays over recompute modes hold what the mode adds (seconds) or
 * keeps (bytes). {@code trainableElements[mask]} counts the parameter elements one device holds
 * whose gradients are partial over the axes in {@code mask}: they are synchronized, and their
 * states may be sharded by ZeRO, over those axes. {@code tiedElements} are those of them whose
 * parameter a later section reads too: a stage that holds both keeps the later one's copy. {@code
 * scatteredElements} and {@code tiedScatteredElements} count what is left of them on the longest
 * shard when each parameter is split over all devices along its mask.
 */
public record LayerOption(
    int boundary,
    int[] choice,
    double forwardCompute,
    double forwardCommunication,
    double backwardCompute,
    double backwardCommunication,
    double[] recomputeCompute,
    double[] recomputeCommunication,
    double[] savedBytes,
    double[] transientBytes,
    double[] trainableElements,
    double[] tiedElements,
    double[] scatteredElements,
    double[] tiedScatteredElements,
    double frozenElements) {

  /**
   * The same option under checkpoint wrappers: full recomputation runs a layer's whole forward
   * again, and code outside of layers is never run again.
   */
  public LayerOption underWrappers(boolean layer) {
    double[] compute = recomputeCompute.clone();
    double[] communication = recomputeCommunication.clone();
    if (layer) {
      compute[RecomputeMode.FULL.ordinal()] = forwardCompute;
      communication[RecomputeMode.FULL.ordinal()] = forwardCommunication;
    } else {
      Arrays.fill(compute, 0);
      Arrays.fill(communication, 0);
    }
    return new LayerOption(
        boundary,
        choice,
        forwardCompute,
        forwardCommunication,
        backwardCompute,
        backwardCommunication,
        compute,
        communication,
        savedBytes,
        transientBytes,
        trainableElements,
        tiedElements,
        scatteredElements,
        tiedScatteredElements,
        frozenElements);
  }

  /** Seconds of one micro-batch, forward and backward, under recompute mode {@code mode}. */
  public double seconds(int mode) {
    return forwardCompute
        + forwardCommunication
        + backwardCompute
        + backwardCommunication
        + recomputeCompute[mode]
        + recomputeCommunication[mode];
  }
}
