package autopar.interop;

import autopar.strategy.PricedMesh;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A lower bound on the step of every pipeline at one micro-batch that knows memory: the dynamic
 * program of {@link WorkBound#stepSeconds} by number of stages, where a stage costs the linear
 * relaxation of its memory knapsack with the micro-batches it must keep in flight.
 *
 * <p>Stages that alone, or with the least work before them, exceed {@code limit} are dropped, so
 * the result is at most {@code limit} and valid below it. O(S K^2 O^2) in the worst case; what
 * survives the limit is a narrow band.
 */
final class MemoryBound {

  private final StagePricer pricer;
  private final SearchSpace space;
  private final StageTable table;
  private final WorkBound work;
  private final double limit;
  private final int microBatches;
  private final int[] offsets;
  private final Map<Long, Double> least = new HashMap<>();

  MemoryBound(
      StagePricer pricer, SearchSpace space, StageTable table, WorkBound work, double limit) {
    this.pricer = pricer;
    this.space = space;
    this.table = table;
    this.work = work;
    this.limit = limit;
    this.microBatches = pricer.work().microBatches(table.microBatch());
    this.offsets = space.offsets().stream().mapToInt(Integer::intValue).toArray();
  }

  /** Seconds that no pipeline is below, at most the limit. */
  double stepSeconds() {
    int units = pricer.work().chain().units();
    double best = limit;
    double[][] rest = null;
    for (int s = 1; s <= Math.min(units, offsets.length - 1); s++) {
      double[][] here = new double[units + 1][offsets.length];
      boolean any = false;
      for (int k = 0; k < units; k++) {
        Arrays.fill(here[k], Double.POSITIVE_INFINITY);
        for (int o = 0; o < offsets.length - 1; o++) {
          if (prefixCanFit(k, o)) {
            here[k][o] = s == 1 ? lastStage(k, o) : leastFrom(k, o, s, rest);
            any |= here[k][o] < limit;
          }
        }
        for (int o = offsets.length - 2; space.line().leavesGaps() && o >= 0; o--) {
          here[k][o] = Math.min(here[k][o], here[k][o + 1]);
        }
      }
      best = Math.min(best, here[0][0]);
      if (!any) {
        break;
      }
      rest = here;
    }
    return best;
  }

  /** Could units [0, k) run on the devices before offset {@code o} within the limit? */
  private boolean prefixCanFit(int k, int o) {
    if (k == 0) {
      return o == 0 || space.line().leavesGaps();
    }
    return o > 0 && microBatches * work.capacitySeconds(0, k) <= limit * work.capacity(offsets[o]);
  }

  private double lastStage(int k, int o) {
    int units = pricer.work().chain().units();
    double best = Double.POSITIVE_INFINITY;
    for (int e = offsets.length - 1; e > o; e--) {
      DeviceRange range = new DeviceRange(offsets[o], offsets[e] - offsets[o]);
      if (microBatches * work.stageSeconds(k, units, range.first(), range.width()) < best) {
        best = Math.min(best, microBatches * stage(k, units, range, 1));
      }
    }
    return best;
  }

  private double leastFrom(int k, int o, int s, double[][] rest) {
    double best = limit;
    for (int e = o + 1; e < offsets.length - 1; e++) {
      DeviceRange range = new DeviceRange(offsets[o], offsets[e] - offsets[o]);
      for (int k2 = k + 1; k2 < rest.length - 1; k2++) {
        double own = work.stageSeconds(k, k2, range.first(), range.width());
        if (microBatches * own >= best) {
          break;
        }
        double after = own + rest[k2][e];
        if (after < best) {
          best = Math.min(best, Math.max(after, microBatches * stage(k, k2, range, s)));
        }
      }
    }
    return best;
  }

  private double stage(int from, int to, DeviceRange range, int fromEnd) {
    double inFlight = pricer.work().inFlight(fromEnd, fromEnd, microBatches);
    int rangeClass = space.line().classOf(range.first(), range.width());
    long layersAndRange = (long) table.signature(from, to) * space.line().classes() + rangeClass;
    long key = layersAndRange * 8192 + Math.round(inFlight);
    return least.computeIfAbsent(key, k -> priced(from, to, rangeClass, inFlight));
  }

  private double priced(int from, int to, int rangeClass, double inFlight) {
    double best = Double.POSITIVE_INFINITY;
    for (PricedMesh mesh : table.leastMeshes(rangeClass)) {
      best =
          Math.min(
              best,
              pricer.leastSeconds(
                  new StagePricer.Request(
                      List.of(new LayerRange(from, to)), mesh, table.microBatch(), inFlight)));
    }
    return best;
  }
}
