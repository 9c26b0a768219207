package autopar.interop;

import autopar.cost.Overlap;
import autopar.intraop.LayerOption;
import autopar.strategy.PricedMesh;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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

  StagePricer(Workpiece work, LayerPools pools) {
    this.work = work;
    this.pools = pools;
  }

  Workpiece work() {
    return work;
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
    Load load = load(request);
    Selection best = null;
    double missing = Double.POSITIVE_INFINITY;
    for (int zero : zeroStages) {
      if (zero > 0 && request.mesh().devices() == 1 && zeroStages.contains(0)) {
        continue;
      }
      for (int boundary = 0; boundary < pool.boundaryCodes().length; boundary++) {
        Selection s = new Selection(request, load, pool, zero, boundary);
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
          Selection uniform = new Selection(request, load, pool, zero, boundary);
          uniform.uniform(mode);
          best = better(best, uniform);
        }
      }
    }
    return best == null ? new Answer(null, missing) : new Answer(best.stage(), 0);
  }

  private static Selection better(Selection a, Selection b) {
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
        Selection s = new Selection(request, load, pool, zero, boundary);
        if (s.possible()) {
          best = Math.min(best, s.relaxedSeconds(best));
        }
      }
    }
    return best;
  }

  /** The points of a section's layers under one boundary sharding and ZeRO stage. */
  private LayerPoints points(
      LayerPools.Pool pool,
      int section,
      int boundary,
      int zero,
      double inFlight,
      boolean tiedElsewhere) {
    long place = ((section * 64L + boundary) * 4 + zero) * 2 + (tiedElsewhere ? 1 : 0);
    long key = (place << 24) + Math.round(inFlight * work.virtualStages());
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
          return LayerPoints.of(all, microBatches);
        });
  }

  /**
   * How many instances of each section a request holds, and whether a tied parameter of the section
   * is held by a later one of them anyway.
   */
  private record Load(int[] sections, int[] counts, boolean[] tiedElsewhere) {}

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

  /** A stage under construction: per section, how many layers stand at which hull point. */
  private final class Selection {
    private final Request request;
    private final LayerPools.Pool pool;
    private final int zero;
    private final int boundary;
    private final int[] sections;
    private final int[] counts;
    private final LayerPoints[] points;
    private final List<List<LayerPoint>> hulls = new ArrayList<>();
    private final int[] level;
    private final int[] below;

    Selection(Request request, Load load, LayerPools.Pool pool, int zero, int boundary) {
      this.request = request;
      this.pool = pool;
      this.zero = zero;
      this.boundary = boundary;
      sections = load.sections();
      counts = load.counts();
      int n = sections.length;
      level = new int[n];
      below = new int[n];
      points = new LayerPoints[n];
      for (int g = 0; g < n; g++) {
        boolean tied = load.tiedElsewhere()[g];
        points[g] = points(pool, sections[g], boundary, zero, request.inFlight(), tied);
        hulls.add(points[g].hull());
      }
    }

    boolean possible() {
      for (List<LayerPoint> hull : hulls) {
        if (hull.isEmpty()) {
          return false;
        }
      }
      return true;
    }

    /** Moves layers down their hulls until the stage fits or nothing is left to move. */
    void fit() {
      double excess = excess();
      while (excess > 0) {
        int g = cheapestStep();
        if (g < 0) {
          return;
        }
        LayerPoint here = hulls.get(g).get(level[g]);
        LayerPoint next = hulls.get(g).get(level[g] + 1);
        int left = counts[g] - below[g];
        double each = here.bytes() - next.bytes();
        int moved = (int) Math.max(1, Math.min(left, Math.ceil(excess / each)));
        below[g] += moved;
        if (below[g] == counts[g]) {
          level[g]++;
          below[g] = 0;
        }
        excess = excess();
      }
    }

    private int cheapestStep() {
      int best = -1;
      double bestSlope = Double.POSITIVE_INFINITY;
      for (int g = 0; g < sections.length; g++) {
        List<LayerPoint> hull = hulls.get(g);
        if (level[g] + 1 < hull.size()) {
          LayerPoint here = hull.get(level[g]);
          LayerPoint next = hull.get(level[g] + 1);
          double slope = (next.seconds() - here.seconds()) / (here.bytes() - next.bytes());
          if (slope < bestSlope) {
            bestSlope = slope;
            best = g;
          }
        }
      }
      return best;
    }

    /** Puts every layer at the fastest point of one mode that fits, or the leanest of the mode. */
    void uniform(RecomputeMode mode) {
      for (int g = 0; g < sections.length; g++) {
        List<LayerPoint> ofMode =
            points[g].all().stream().filter(p -> p.recompute() == mode).toList();
        hulls.set(g, LayerPoint.hull(ofMode));
        level[g] = 0;
        below[g] = 0;
      }
      if (possible()) {
        fit();
      }
    }

    /** The fractional greedy; stops early where {@code enough} is reached anyway. */
    double relaxedSeconds(double enough) {
      double excess = work.cost().memory().contextBytes(communicators()) - work.memoryLimit();
      double seconds = 0;
      double working = 0;
      for (int g = 0; g < sections.length; g++) {
        hulls.set(g, points[g].leastHull());
        seconds += counts[g] * hulls.get(g).getFirst().seconds();
        excess += counts[g] * hulls.get(g).getFirst().bytes();
        working = Math.max(working, points[g].leastTransientBytes());
      }
      excess += working;
      while (excess > 0 && seconds < enough) {
        int g = cheapestStep();
        if (g < 0) {
          return Double.POSITIVE_INFINITY;
        }
        LayerPoint here = hulls.get(g).get(level[g]);
        LayerPoint next = hulls.get(g).get(level[g] + 1);
        double freed = counts[g] * (here.bytes() - next.bytes());
        double slower = counts[g] * (next.seconds() - here.seconds());
        if (excess <= freed) {
          return seconds + excess / freed * slower;
        }
        seconds += slower;
        excess -= freed;
        level[g]++;
      }
      return seconds;
    }

    private double transientBytes() {
      double most = 0;
      for (int g = 0; g < sections.length; g++) {
        LayerPoint here = hulls.get(g).get(level[g]);
        most = Math.max(most, here.transientBytes());
        if (below[g] > 0) {
          most = Math.max(most, hulls.get(g).get(level[g] + 1).transientBytes());
        }
      }
      return most;
    }

    double seconds() {
      double seconds = 0;
      for (int g = 0; g < sections.length; g++) {
        seconds += (counts[g] - below[g]) * hulls.get(g).get(level[g]).seconds();
        if (below[g] > 0) {
          seconds += below[g] * hulls.get(g).get(level[g] + 1).seconds();
        }
      }
      return seconds;
    }

    /** Bytes over the limit; negative or zero when the stage fits. */
    double excess() {
      double bytes = 0;
      double saved = 0;
      for (int g = 0; g < sections.length; g++) {
        LayerPoint here = hulls.get(g).get(level[g]);
        bytes += (counts[g] - below[g]) * here.bytes();
        saved += (counts[g] - below[g]) * here.savedBytes();
        if (below[g] > 0) {
          LayerPoint next = hulls.get(g).get(level[g] + 1);
          bytes += below[g] * next.bytes();
          saved += below[g] * next.savedBytes();
        }
      }
      return bytes + workspace(bytes - saved, saved) - work.memoryLimit();
    }

    /** Working memory, context, communicators and fragmentation. */
    private double workspace(double held, double saved) {
      return transientBytes()
          + work.cost().memory().contextBytes(communicators())
          + work.cost().memory().fragmentationBytes((long) held, (long) saved);
    }

    private StageMemory memory() {
      double parameters = 0;
      double gradients = 0;
      double optimizer = 0;
      double activations = 0;
      for (LayerRunPoint run : runPoints()) {
        ZeroPrice z = run.point().zero();
        parameters += run.count() * z.parameterBytes();
        gradients += run.count() * z.gradientBytes();
        optimizer += run.count() * z.optimizerBytes();
        activations +=
            run.count()
                * request.inFlight()
                * run.point().option().savedBytes()[run.point().recompute().ordinal()];
      }
      double workspace = workspace(parameters + gradients + optimizer, activations);
      return new StageMemory(parameters, gradients, optimizer, activations, workspace);
    }

    private int communicators() {
      int n = 1;
      for (int size : request.mesh().sizes()) {
        n += size > 1 ? 1 : 0;
      }
      return n;
    }

    private record LayerRunPoint(int section, LayerPoint point, int count) {}

    private List<LayerRunPoint> runPoints() {
      List<LayerRunPoint> runs = new ArrayList<>();
      for (int g = 0; g < sections.length; g++) {
        if (below[g] > 0) {
          runs.add(new LayerRunPoint(sections[g], hulls.get(g).get(level[g] + 1), below[g]));
        }
        runs.add(new LayerRunPoint(sections[g], hulls.get(g).get(level[g]), counts[g] - below[g]));
      }
      return runs;
    }

    PricedStage stage() {
      Overlap overlap = work.cost().overlap();
      double forward = 0;
      double backward = 0;
      double forwardCommunication = 0;
      double backwardCommunication = 0;
      double stepSync = 0;
      double update = 0;
      List<LayerRun> runs = new ArrayList<>();
      for (LayerRunPoint run : runPoints()) {
        LayerOption o = run.point().option();
        ZeroPrice z = run.point().zero();
        int m = run.point().recompute().ordinal();
        int n = run.count();
        forward += n * o.forwardCompute();
        backward += n * (o.backwardCompute() + o.recomputeCompute()[m]);
        forwardCommunication +=
            n
                * (o.forwardCommunication()
                    + overlap.exposedGather(z.forwardGather(), o.forwardCompute()));
        backwardCommunication +=
            n
                * (o.backwardCommunication()
                    + o.recomputeCommunication()[m]
                    + overlap.exposedGather(z.backwardSync(), o.backwardCompute()));
        stepSync += n * z.stepSync();
        update += n * z.update();
        runs.add(new LayerRun(run.section(), o, run.point().recompute(), n));
      }
      double window = work.overlapGradients() ? backward : 0;
      return new PricedStage(
          request.layers(),
          request.mesh(),
          zero,
          pool.boundaryCodes()[boundary],
          List.copyOf(runs),
          forward,
          backward,
          forwardCommunication + overlap.microBatchSeconds(),
          backwardCommunication,
          overlap.exposedGradientSync(stepSync, window) + update,
          memory());
    }
  }
}
