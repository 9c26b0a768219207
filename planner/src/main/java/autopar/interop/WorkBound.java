package autopar.interop;

import autopar.strategy.PricedMesh;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Lower bounds that ignore memory, transfers and once-per-step work: the least seconds each section
 * takes on a class of device ranges, and the least capacity-seconds on any.
 *
 * <p>Valid because the price of a stage is the sum of its layers' seconds plus non-negative terms,
 * and because each class is priced as if every group lay as well as it can anywhere.
 *
 * <p>A device's <em>capacity</em> is its speed relative to devices on the first kind of hosts. Of
 * whatever stages a pipeline puts on some devices, the sum over stages of seconds times capacity is
 * at least the least such product of any range for each of their layers; this holds for any
 * capacities, and is tightest where they are what devices are worth.
 */
final class WorkBound {

  private final Chain chain;

  /** Stands for infinity where sums are taken apart again. */
  private static final double NEVER = 1e30;

  private final DeviceLine line;

  /** By class of ranges: seconds of units [0, u) on them. */
  private final double[][] secondsBefore;

  /** By class and mesh, in the order of {@link StageTable#meshes}: seconds of units [0, u). */
  private final double[][][] meshSecondsBefore;

  private final double[] capacitySecondsBefore;

  /** By position: what the devices before it are worth. */
  private final double[] capacityBefore;

  WorkBound(StagePricer pricer, StageTable table, SearchSpace space) {
    this.chain = pricer.work().chain();
    this.line = space.line();
    secondsBefore = new double[line.classes()][];
    meshSecondsBefore = new double[line.classes()][][];
    double[][] least = new double[line.classes()][];
    List<DeviceRange> ranges = space.ranges();
    TreeSet<Integer> classes = new TreeSet<>();
    ranges.forEach(range -> classes.add(line.classOf(range.first(), range.width())));
    for (int c : classes) {
      least[c] = new double[chain.sections()];
      Arrays.fill(least[c], NEVER);
      List<PricedMesh> meshes = table.leastMeshes(c);
      meshSecondsBefore[c] = new double[meshes.size()][];
      for (int i = 0; i < meshes.size(); i++) {
        LayerPools.Pool pool = pricer.pool(meshes.get(i), table.microBatch());
        double[] own = new double[least[c].length];
        for (int s = 0; s < own.length; s++) {
          own[s] = Math.min(NEVER, pool.leastSeconds(s));
          least[c][s] = Math.min(least[c][s], own[s]);
        }
        meshSecondsBefore[c][i] = before(own);
      }
      secondsBefore[c] = before(least[c]);
    }
    Map<Integer, Double> worth = worth(classes);
    capacityBefore = new double[line.devices() + 1];
    for (int position = 1; position < capacityBefore.length; position++) {
      capacityBefore[position] = line.sum(position, worth::get);
    }
    capacitySecondsBefore = before(capacitySeconds(ranges, least));
  }

  /** What devices of each kind are worth: the least device-seconds of the whole chain on each. */
  private Map<Integer, Double> worth(TreeSet<Integer> classes) {
    Map<Integer, Double> worth = new HashMap<>();
    double unit = NEVER;
    for (int kind : line.kinds()) {
      double deviceSeconds = NEVER;
      for (int c : classes) {
        if (line.kindsOf(c).size() == 1 && line.kindsOf(c).contains(kind)) {
          deviceSeconds =
              Math.min(deviceSeconds, secondsBefore[c][chain.units()] * line.widthOf(c));
        }
      }
      boolean known = deviceSeconds < NEVER;
      unit = unit == NEVER && known ? deviceSeconds : unit;
      worth.put(kind, known ? unit / deviceSeconds : 1);
    }
    return worth;
  }

  private double[] capacitySeconds(List<DeviceRange> ranges, double[][] least) {
    double[] seconds = new double[chain.sections()];
    Arrays.fill(seconds, NEVER);
    for (DeviceRange range : ranges) {
      double capacity = capacity(range.first() + range.width()) - capacity(range.first());
      double[] own = least[line.classOf(range.first(), range.width())];
      for (int s = 0; s < seconds.length; s++) {
        seconds[s] = Math.min(seconds[s], own[s] * capacity);
      }
    }
    return seconds;
  }

  /** Least seconds of units [from, to) on mesh {@code index} of a class of ranges. */
  double meshSeconds(int from, int to, int rangeClass, int index) {
    double[] before = meshSecondsBefore[rangeClass][index];
    return before[to] - before[from];
  }

  /** Least seconds per micro-batch of units [from, to) on the devices [first, first + width). */
  double stageSeconds(int from, int to, int first, int width) {
    double[] before = secondsBefore[line.classOf(first, width)];
    return before[to] - before[from];
  }

  /** Least capacity-seconds per micro-batch of units [from, to) on any devices. */
  double capacitySeconds(int from, int to) {
    return capacitySecondsBefore[to] - capacitySecondsBefore[from];
  }

  /** The capacity of the first {@code positions} devices. */
  double capacity(int positions) {
    return capacityBefore[positions];
  }

  private double[] before(double[] perSection) {
    double[] before = new double[chain.units() + 1];
    for (int unit = 1; unit < before.length; unit++) {
      for (int s = 0; s < perSection.length; s++) {
        before[unit] += chain.count(s, 0, unit) * perSection[s];
      }
    }
    return before;
  }

  /**
   * A lower bound on the seconds of a step of every pipeline in the space at this micro-batch: the
   * least over stage cuts and device ranges of the largest over stages i of {@code m t_i + sum over
   * j before i of t_j}, by dynamic programming from the last stage ({@link
   * autopar.schedule.PipelineBound} proves the inner term). O(K^2 O^2) for K units and O offsets.
   */
  double stepSeconds(SearchSpace space, int microBatches) {
    int units = chain.units();
    int[] offsets = space.offsets().stream().mapToInt(Integer::intValue).toArray();
    double[][] least = new double[units + 1][offsets.length];
    for (double[] row : least) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    Arrays.fill(least[units], 0);
    for (int k = units - 1; k >= 0; k--) {
      for (int o = offsets.length - 2; o >= 0; o--) {
        if (k == 0 ? o == 0 || line.leavesGaps() : o > 0) {
          double here = leastFrom(space, k, o, offsets, least, microBatches);
          least[k][o] = line.leavesGaps() ? Math.min(here, least[k][o + 1]) : here;
        }
      }
    }
    return least[0][0];
  }

  private double leastFrom(
      SearchSpace space, int k, int o, int[] offsets, double[][] least, int microBatches) {
    double best = Double.POSITIVE_INFINITY;
    for (int e = o + 1; e < offsets.length; e++) {
      if (!space.admits(offsets[o], offsets[e] - offsets[o])) {
        continue;
      }
      double[] before = secondsBefore[line.classOf(offsets[o], offsets[e] - offsets[o])];
      for (int k2 = k + 1; k2 < least.length; k2++) {
        double own = before[k2] - before[k];
        if (microBatches * own >= best) {
          break;
        }
        best = Math.min(best, Math.max(microBatches * own, own + least[k2][e]));
      }
    }
    return best;
  }
}
