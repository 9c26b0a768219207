package autopar.interop;

import autopar.cost.CostModel;
import autopar.cost.Overlap;
import autopar.interop.StageParts.Share;
import autopar.intraop.LayerOption;
import autopar.strategy.AxisCode;
import autopar.training.RecomputeMode;
import java.util.ArrayList;
import java.util.List;

/** A stage under construction: per section, how many layers stand at which hull point. */
final class StageSelection {
  private final Workpiece work;
  private final StagePricer.Request request;
  private final LayerPools.Pool pool;
  private final CostModel cost;
  private final double memoryLimit;
  private final int zero;
  private final int boundary;
  private final int[] sections;
  private final int[] counts;
  private final LayerPoints[] points;
  private final List<List<LayerPoint>> hulls = new ArrayList<>();
  private final int[] level;
  private final int[] below;
  private final double outputBytes;

  StageSelection(
      Workpiece work,
      StagePricer.Request request,
      StagePricer.Load load,
      LayerPools.Pool pool,
      int zero,
      int boundary) {
    this.work = work;
    this.request = request;
    this.pool = pool;
    this.cost = work.cost().on(request.mesh().kinds());
    this.memoryLimit = work.memory().on(request.mesh().kinds());
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
      points[g] = LayerPoints.of(work, pool, sections[g], boundary, zero, request.inFlight(), tied);
      hulls.add(points[g].hull());
    }
    outputBytes = outputBytes();
  }

  /** What the stage's outputs take where software keeps them until backward. */
  private double outputBytes() {
    if (!work.cost().software().memory().stageOutputs()) {
      return 0;
    }
    double bytes = 0;
    for (LayerRange range : request.layers()) {
      if (range.to() < work.chain().units()) {
        bytes += work.chain().crossingBytes(range.to(), work.precision());
      }
    }
    long shards = AxisCode.shards(pool.boundaryCodes()[boundary], request.mesh().sizes());
    return request.inFlight() * bytes * request.microBatch() / shards;
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
    double excess = cost.memory().contextBytes(communicators()) - memoryLimit;
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
    return bytes + workspace(bytes - saved, saved) - memoryLimit;
  }

  /** Working memory, context, communicators, kept outputs and fragmentation. */
  private double workspace(double held, double saved) {
    return transientBytes()
        + outputBytes
        + cost.memory().contextBytes(communicators())
        + cost.memory().fragmentationBytes((long) held, (long) saved);
  }

  private StageMemory memory() {
    double parameters = 0;
    double gradients = 0;
    double optimizer = 0;
    double copies = 0;
    double activations = 0;
    for (LayerRunPoint run : runPoints()) {
      ZeroPrice z = run.point().zero();
      parameters += run.count() * z.parameterBytes();
      gradients += run.count() * z.gradientBytes();
      optimizer += run.count() * z.optimizerBytes();
      copies += run.count() * z.copyBytes();
      activations +=
          run.count()
              * request.inFlight()
              * run.point().option().savedBytes()[run.point().recompute().ordinal()];
    }
    double workspace = copies + workspace(parameters + gradients + optimizer, activations);
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

  private static double elements(LayerOption option) {
    double elements = 0;
    for (double ofMask : option.trainableElements()) {
      elements += ofMask;
    }
    return elements;
  }

  PricedStage stage() {
    Overlap overlap = work.cost().overlap();
    double forward = 0;
    double backward = 0;
    double forwardCommunication = 0;
    double backwardCommunication = 0;
    double stepSync = 0;
    double update = 0;
    double recompute = 0;
    double layerCommunication = 0;
    Share gather = Share.NOTHING;
    Share scatter = Share.NOTHING;
    List<LayerRun> runs = new ArrayList<>();
    for (LayerRunPoint run : runPoints()) {
      LayerOption o = run.point().option();
      ZeroPrice z = run.point().zero();
      int m = run.point().recompute().ordinal();
      int n = run.count();
      double gathered = overlap.exposedGather(z.forwardGather(), o.forwardCompute());
      double synced = overlap.exposedGather(z.backwardSync(), o.backwardCompute());
      forward += n * o.forwardCompute();
      double accumulate = cost.accumulateSeconds(elements(o));
      backward += n * (o.backwardCompute() + o.recomputeCompute()[m] + accumulate);
      forwardCommunication += n * (o.forwardCommunication() + gathered);
      backwardCommunication +=
          n * (o.backwardCommunication() + o.recomputeCommunication()[m] + synced);
      stepSync += n * z.stepSync();
      update += n * z.update();
      recompute += n * o.recomputeCompute()[m];
      layerCommunication +=
          n
              * (o.forwardCommunication()
                  + o.backwardCommunication()
                  + o.recomputeCommunication()[m]);
      Share back = Share.of(z.backwardSync(), synced);
      // Backward gathers what forward gathered; the rest of its sync scatters gradients.
      double again = z.backwardSync() > 0 ? z.forwardGather() / z.backwardSync() : 0;
      gather = gather.plus(Share.of(z.forwardGather(), gathered).plus(back.times(again)).times(n));
      scatter = scatter.plus(back.times(n * (1 - again)));
      runs.add(new LayerRun(run.section(), o, run.point().recompute(), n));
    }
    int layers = request.layers().stream().mapToInt(r -> r.to() - r.from()).sum();
    double host = layers * overlap.layerSeconds();
    double window = work.overlapGradients() ? backward : 0;
    double exposedSync = overlap.exposedGradientSync(stepSync, window);
    return new PricedStage(
        request.layers(),
        request.mesh(),
        zero,
        pool.boundaryCodes()[boundary],
        List.copyOf(runs),
        forward,
        backward,
        forwardCommunication + host,
        backwardCommunication,
        exposedSync + update,
        memory(),
        new StageParts(
            recompute,
            layerCommunication,
            gather,
            scatter,
            host,
            Share.of(stepSync, exposedSync),
            update));
  }
}
