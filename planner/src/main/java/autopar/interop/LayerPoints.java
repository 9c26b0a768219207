package autopar.interop;

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

  static LayerPoints of(List<LayerPoint> all, int microBatches) {
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
