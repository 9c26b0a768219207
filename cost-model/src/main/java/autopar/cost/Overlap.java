package autopar.cost;

import autopar.cluster.SoftwareProfile;

/**
 * What hides under what.
 *
 * @param gradientSync part of the last backward pass under which gradient synchronisation hides
 * @param parameterGather part of the compute of a layer under which its ZeRO-3 collectives hide
 * @param send part of a transfer between neighbouring stages that hides under compute
 * @param interference seconds that compute loses for each second of communication hidden under it
 * @param layerSeconds host work of one layer for one micro-batch
 * @param fixedStepSeconds host work of one step, whatever its size
 */
public record Overlap(
    double gradientSync,
    double parameterGather,
    double send,
    double interference,
    double layerSeconds,
    double fixedStepSeconds) {

  static Overlap of(SoftwareProfile software) {
    return new Overlap(
        software.gradientSync(),
        software.parameterGather(),
        software.send(),
        software.interference(),
        software.layerSeconds(),
        software.stepSeconds());
  }

  /**
   * Seconds that {@code syncSeconds} of gradient synchronisation add to a step whose last backward
   * pass computes for {@code backwardSeconds}.
   */
  public double exposedGradientSync(double syncSeconds, double backwardSeconds) {
    return exposed(syncSeconds, gradientSync * backwardSeconds);
  }

  /** Seconds that ZeRO-3 collectives add to the compute beside which they run. */
  public double exposedGather(double gatherSeconds, double computeSeconds) {
    return exposed(gatherSeconds, parameterGather * computeSeconds);
  }

  /** Seconds of a neighbour transfer that the sending or receiving stage waits for. */
  public double exposedSend(double sendSeconds) {
    return sendSeconds * (1 - send);
  }

  private double exposed(double communication, double window) {
    double hidden = Math.min(communication, window);
    return communication - hidden + interference * hidden;
  }
}
