package autopar.interop;

import autopar.cost.Overlap;
import autopar.intraop.LayerOption;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One point in the trade of seconds for bytes of a layer in a stage: an option, a recompute mode
 * and a ZeRO stage, priced for a number of micro-batches in flight.
 *
 * <p>{@code seconds} are per micro-batch with the step's share of synchronization and update;
 * {@code bytes} what the layer adds to the device, {@code savedBytes} of them activations; {@code
 * transientBytes} its working memory.
 */
record LayerPoint(
    LayerOption option,
    RecomputeMode recompute,
    ZeroPrice zero,
    double seconds,
    double bytes,
    double savedBytes,
    double transientBytes) {

  static LayerPoint of(
      Workpiece work,
      LayerOption option,
      RecomputeMode mode,
      ZeroPrice zero,
      double inFlight,
      int microBatches) {
    Overlap overlap = work.cost().overlap();
    double recompute =
        option.recomputeCompute()[mode.ordinal()] + option.recomputeCommunication()[mode.ordinal()];
    double gather =
        overlap.exposedGather(zero.forwardGather(), option.forwardCompute())
            + overlap.exposedGather(zero.backwardSync(), option.backwardCompute());
    double seconds =
        option.seconds(0) + recompute + gather + (zero.stepSync() + zero.update()) / microBatches;
    double saved = inFlight * option.savedBytes()[mode.ordinal()];
    double bytes = zero.staticBytes() + saved;
    double working = option.transientBytes()[mode.ordinal()] + 2 * zero.gatheredBytes();
    return new LayerPoint(option, mode, zero, seconds, bytes, saved, working);
  }

  /**
   * The same point with what it costs at the very least: gradient synchronization may hide, the
   * update never does.
   */
  LayerPoint least(int microBatches) {
    return new LayerPoint(
        option,
        recompute,
        zero,
        seconds - zero.stepSync() / microBatches,
        bytes,
        savedBytes,
        transientBytes);
  }

  /** The lower convex hull of points, fastest first: the trades a stage makes in order. */
  static List<LayerPoint> hull(List<LayerPoint> points) {
    List<LayerPoint> sorted = new ArrayList<>(points);
    sorted.sort(
        Comparator.comparingDouble(LayerPoint::seconds).thenComparingDouble(LayerPoint::bytes));
    List<LayerPoint> hull = new ArrayList<>();
    for (LayerPoint p : sorted) {
      if (!hull.isEmpty() && p.bytes >= hull.getLast().bytes) {
        continue;
      }
      while (hull.size() >= 2 && !turnsLeft(hull.get(hull.size() - 2), hull.getLast(), p)) {
        hull.removeLast();
      }
      hull.add(p);
    }
    return hull;
  }

  private static boolean turnsLeft(LayerPoint a, LayerPoint b, LayerPoint c) {
    return (b.seconds - a.seconds) * (b.bytes - c.bytes)
        < (c.seconds - b.seconds) * (a.bytes - b.bytes);
  }
}
