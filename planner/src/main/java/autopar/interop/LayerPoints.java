package autopar.interop;

import autopar.intraop.LayerOption;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.List;

/**
 * The points of one section's layers in a stage: all of them, the hull a stage walks down, the hull
 * that bounds it from below, and the least working memory of any.
 */
record LayerPoints(
    List<LayerPoint> all,
    List<LayerPoint> hull,
    List<LayerPoint> leastHull,
    double leastTransientBytes) {

  /** The points of a section's layers under one boundary sharding and ZeRO stage. */
  static LayerPoints of(
      Workpiece work,
      LayerPools.Pool pool,
      int section,
      int boundary,
      int zero,
      double inFlight,
      boolean tiedElsewhere) {
    long place = ((section * 64L + boundary) * 4 + zero) * 2 + (tiedElsewhere ? 1 : 0);
    int modes = 0;
    for (RecomputeMode mode : work.recompute()) {
      modes |= 1 << mode.ordinal();
    }
    long key =
        (place * (1L << RecomputeMode.values().length) + modes << 24)
            + Math.round(inFlight * work.virtualStages());
    return pool.points(
        key,
        () -> {
          List<LayerPoint> all = new ArrayList<>();
          int microBatches = work.microBatches(pool.microBatch());
          for (LayerOption option : pool.options(section)) {
            if (option.boundary() != boundary) {
              continue;
            }
            ZeroPrice price = ZeroPrice.of(work, pool.mesh(), option, zero, tiedElsewhere);
            for (RecomputeMode mode : work.recompute()) {
              all.add(LayerPoint.of(work, option, mode, price, inFlight, microBatches));
            }
          }
          return of(all, microBatches);
        });
  }

  private static LayerPoints of(List<LayerPoint> all, int microBatches) {
    double transientBytes = Double.POSITIVE_INFINITY;
    for (LayerPoint p : all) {
      transientBytes = Math.min(transientBytes, p.transientBytes());
    }
    return new LayerPoints(
        all,
        LayerPoint.hull(all),
        LayerPoint.hull(all.stream().map(p -> p.least(microBatches)).toList()),
        transientBytes);
  }
}
