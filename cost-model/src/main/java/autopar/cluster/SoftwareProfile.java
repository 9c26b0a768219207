package autopar.cluster;

/**
 * What a generation of training software makes of a device: few numbers, each with a meaning, and
 * each fitted to all published runs of that software together.
 *
 * @param name how rows and cluster files call it
 * @param about versions and kernels it stands for
 * @param flashAttention false where attention materialises its scores whatever a layout asks for
 * @param wholeLayers true where full recomputation runs the whole layer again (checkpoint
 *     wrappers), false where it runs only what backward needs
 * @param gemmEfficiency matrix products against an isolated benchmark (clocks under load, cold
 *     caches, kernel choice)
 * @param streamTraffic bytes of memory-bound kernels against reading every operand and writing
 *     every result of every operator once: below one where operators are fused, above one where
 *     casts, masks and dropout are kernels of their own
 * @param attentionEfficiency fused attention against the device's own figure
 * @param dispatchSeconds time in which the host issues one kernel; a kernel never takes less
 * @param updateTraffic bytes of the optimizer step against reading and writing each state once
 * @param collectiveEfficiency collectives inside a training step against an isolated benchmark
 * @param bucketBytes bytes of one collective of gradients or ZeRO parameters
 * @param bucketSeconds host work of one such collective (flattening, copies, hooks)
 * @param gradientSync part of a backward pass under which gradient synchronisation hides
 * @param parameterGather part of the compute under which ZeRO-3 gathers hide
 * @param send part of a neighbour transfer that hides under compute
 * @param interference seconds that compute loses for each second of communication hidden under it
 * @param layerSeconds host work of one layer for one micro-batch that its kernels do not hide:
 *     hooks, checkpoint wrappers, random states
 * @param memory what it keeps on each device beside the tensors of a plan
 * @param stepSeconds data loading, logging, clipping, loss scaling of one step
 */
public record SoftwareProfile(
    String name,
    String about,
    boolean flashAttention,
    boolean wholeLayers,
    double gemmEfficiency,
    double streamTraffic,
    double attentionEfficiency,
    double dispatchSeconds,
    double updateTraffic,
    double collectiveEfficiency,
    double bucketBytes,
    double bucketSeconds,
    double gradientSync,
    double parameterGather,
    double send,
    double interference,
    double layerSeconds,
    double stepSeconds,
    MemoryHabits memory) {

  public SoftwareProfile {
    if (!(gemmEfficiency > 0 && attentionEfficiency > 0 && collectiveEfficiency > 0)) {
      throw new IllegalArgumentException("efficiencies are positive");
    }
    if (!(streamTraffic >= 0 && updateTraffic >= 0 && bucketBytes > 0)) {
      throw new IllegalArgumentException("traffic is not negative, a bucket holds something");
    }
    if (!isPart(gradientSync) || !isPart(parameterGather) || !isPart(send)) {
      throw new IllegalArgumentException("overlaps lie between 0 and 1");
    }
  }

  private static boolean isPart(double fraction) {
    return fraction >= 0 && fraction <= 1;
  }
}
