package autopar.interop;

import autopar.strategy.PricedMesh;
import autopar.training.RecomputeMode;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Finds the fastest way to run a range of layers on a mesh within its memory.
 *
 * <p>For every ZeRO stage and boundary sharding, each section's layers start at their fastest point
 * and are moved down their convex hulls, best seconds per byte first, until the stage fits: the
 * greedy of the multiple-choice knapsack (Sinha and Zoltners 1979), which is optimal up to the
 * rounding of one layer. Stages whose layers all use one recompute mode are tried as well, so that
 * no uniform stage is ever better than the answer. O(zero x boundaries x hull) per call.
 */
final class StagePricer {

  /** How many layers of each section a stage holds, where it stands, and what is in flight. */
  record Request(List<LayerRange> layers, PricedMesh mesh, int microBatch, double inFlight) {}

  /** A stage, or how many bytes the leanest one lacks. */
  record Answer(PricedStage stage, double missingBytes) {}

  private final Workpiece work;
  private final LayerPools pools;
  private final LongAdder priced = new LongAdder();

  StagePricer(Workpiece work, LayerPools pools) {
    this.work = work;
    this.pools = pools;
  }

  Workpiece work() {
    return work;
  }

  /** How many stages were priced so far. */
  long priced() {
    return priced.sum();
  }

  LayerPools.Pool pool(PricedMesh mesh, int microBatch) {
    return pools.pool(mesh, microBatch, work.axisUse());
  }

  /** The fastest stage for the request, by seconds with the step's overhead shared out. */
  Answer price(Request request) {
    return price(request, work.zero());
  }

  /** As {@link #price(Request)}, with only these ZeRO stages. */
  Answer price(Request request, List<Integer> zeroStages) {
    LayerPools.Pool pool = pool(request.mesh(), request.microBatch());
    if (pool.empty()) {
      return new Answer(null, Double.POSITIVE_INFINITY);
    }
    priced.increment();
    Load load = load(request);
    StageSelection best = null;
    double missing = Double.POSITIVE_INFINITY;
    for (int zero : zeroStages) {
      if (zero > 0 && request.mesh().devices() == 1 && zeroStages.contains(0)) {
        continue;
      }
      for (int boundary = 0; boundary < pool.boundaryCodes().length; boundary++) {
        StageSelection s = new StageSelection(work, request, load, pool, zero, boundary);
        // Making a stage fit only slows it down: what is slower already cannot win.
        if (!s.possible() || (best != null && s.seconds() >= best.seconds())) {
          continue;
        }
        if (s.excess() <= 0) {
          best = s;
          continue;
        }
        s.fit();
        missing = Math.min(missing, s.excess());
        best = better(best, s);
        for (RecomputeMode mode : work.recompute()) {
          StageSelection uniform = new StageSelection(work, request, load, pool, zero, boundary);
          uniform.uniform(mode);
          best = better(best, uniform);
        }
      }
    }
    return best == null ? new Answer(null, missing) : new Answer(best.stage(), 0);
  }

  private static StageSelection better(StageSelection a, StageSelection b) {
    if (b.excess() > 0) {
      return a;
    }
    return a == null || b.seconds() < a.seconds() ? b : a;
  }

  /**
   * A lower bound on {@link #price}: layers may be split between points (the linear relaxation of
   * the knapsack), synchronization hides, fragmentation is left out. Infinite where even that does
   * not fit.
   */
  double leastSeconds(Request request) {
    LayerPools.Pool pool = pool(request.mesh(), request.microBatch());
    Load load = load(request);
    double best = Double.POSITIVE_INFINITY;
    for (int zero : work.zero()) {
      for (int boundary = 0; boundary < pool.boundaryCodes().length; boundary++) {
        StageSelection s = new StageSelection(work, request, load, pool, zero, boundary);
        if (s.possible()) {
          best = Math.min(best, s.relaxedSeconds(best));
        }
      }
    }
    return best;
  }

  /**
   * How many instances of each section a request holds, and whether a tied parameter of the section
   * is held by a later one of them anyway.
   */
  record Load(int[] sections, int[] counts, boolean[] tiedElsewhere) {}

  private Load load(Request request) {
    Chain chain = work.chain();
    int[] present = new int[chain.sections()];
    int[] count = new int[chain.sections()];
    int n = 0;
    for (int s = 0; s < chain.sections(); s++) {
      int c = 0;
      for (LayerRange range : request.layers()) {
        c += chain.count(s, range.from(), range.to());
      }
      if (c > 0) {
        present[n] = s;
        count[n++] = c;
      }
    }
    int[] sections = Arrays.copyOf(present, n);
    boolean[] tied = new boolean[n];
    for (int g = 0; g < n; g++) {
      tied[g] = chain.tiedLater(sections[g], sections);
    }
    return new Load(sections, Arrays.copyOf(count, n), tied);
  }
}
