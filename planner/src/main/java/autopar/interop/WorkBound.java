package autopar.interop;

import autopar.strategy.PricedMesh;
import java.util.Arrays;
import java.util.List;

/**
 * Lower bounds that ignore memory, transfers and once-per-step work: the least seconds each section
 * takes on a width of devices, and the least device-seconds on any.
 *
 * <p>Valid because the price of a stage is the sum of its layers' seconds plus non-negative terms,
 * and because each width is priced as if every group lay as well as it can anywhere.
 */
final class WorkBound {

  private final Chain chain;

  /** Stands for infinity where sums are taken apart again. */
  private static final double NEVER = 1e30;

  /** By width: seconds of units [0, u) on it. */
  private final double[][] secondsBefore;

  /** By width and mesh, in the order of {@link StageTable#meshes}: seconds of units [0, u). */
  private final double[][][] meshSecondsBefore;

  private final double[] deviceSecondsBefore;

  WorkBound(StagePricer pricer, StageTable table, SearchSpace space) {
    this.chain = pricer.work().chain();
    secondsBefore = new double[space.devices() + 1][];
    meshSecondsBefore = new double[space.devices() + 1][][];
    double[] deviceSeconds = new double[chain.sections()];
    Arrays.fill(deviceSeconds, NEVER);
    for (int width : space.widths()) {
      double[] least = new double[chain.sections()];
      Arrays.fill(least, NEVER);
      List<PricedMesh> meshes = table.leastMeshes(width);
      meshSecondsBefore[width] = new double[meshes.size()][];
      for (int i = 0; i < meshes.size(); i++) {
        LayerPools.Pool pool = pricer.pool(meshes.get(i), table.microBatch());
        double[] own = new double[least.length];
        for (int s = 0; s < least.length; s++) {
          own[s] = Math.min(NEVER, pool.leastSeconds(s));
          least[s] = Math.min(least[s], own[s]);
        }
        meshSecondsBefore[width][i] = before(own);
      }
      for (int s = 0; s < least.length; s++) {
        deviceSeconds[s] = Math.min(deviceSeconds[s], least[s] * width);
      }
      secondsBefore[width] = before(least);
    }
    deviceSecondsBefore = before(deviceSeconds);
  }

  /** Least seconds of units [from, to) on mesh {@code index} of a width. */
  double meshSeconds(int from, int to, int width, int index) {
    double[] before = meshSecondsBefore[width][index];
    return before[to] - before[from];
  }

  /** Least seconds per micro-batch of units [from, to) on {@code width} devices. */
  double stageSeconds(int from, int to, int width) {
    return secondsBefore[width][to] - secondsBefore[width][from];
  }

  /** Least device-seconds per micro-batch of units [from, to) on any devices. */
  double deviceSeconds(int from, int to) {
    return deviceSecondsBefore[to] - deviceSecondsBefore[from];
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
        if (k == 0 ? o > 0 : o == 0) {
          continue;
        }
        least[k][o] = leastFrom(space, k, o, offsets, least, microBatches);
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
      double[] before = secondsBefore[offsets[e] - offsets[o]];
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
