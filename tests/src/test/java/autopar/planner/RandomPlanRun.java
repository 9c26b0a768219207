package autopar.planner;

import autopar.ir.graph.Graph;
import autopar.lowering.LowerPlan;
import autopar.runtime.OptimizerSettings;
import autopar.runtime.RelativeDifference;
import autopar.runtime.SyntheticData;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.VectorProduct;
import autopar.runtime.rank.RankExecutor.Run;
import autopar.runtime.rank.RankObserver;
import autopar.runtime.rank.ReferenceTrainingRun;
import autopar.runtime.rank.TrainingRun;
import autopar.runtime.rank.WholeTensors;
import autopar.runtime.simulated.SimulatedRun;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a random plan computes in two steps next to what the unsharded model computes.
 *
 * @param difference the largest relative difference of the losses, of gradients and of updated
 *     parameters
 * @param place the tensor that differs most in the first step in which one differs too much
 */
record RandomPlanRun(double difference, String place) {

  /** What rounding in single precision may do to a well-conditioned model. */
  static final double TOLERANCE = 1e-5;

  /** The most that rounding on one rank may explain. */
  private static final double MOST_ROUNDING = 1e-4;

  /** Sums in another order round differently. */
  private static final double SHARDED_ROUNDING = 3;

  private static final int STEPS = 2;

  /**
   * Steps are long, so that an update weighs as much as the parameter, and AdamW's epsilon is of
   * the size of gradients: without it the update of a gradient that is zero by algebra would be the
   * sign of its noise.
   */
  private static final OptimizerSettings SETTINGS =
      new OptimizerSettings(0.02, 0.9, 0.95, 1e-2, 0.1, 0.9);

  /** Runs {@code random} on simulated ranks, perhaps with the streams of each side by side. */
  static RandomPlanRun of(RandomPlan random, boolean sideBySide) {
    Run run =
        new Run(
            LowerPlan.lower(random.plan(), random.graph()),
            new SyntheticData(random.graph(), 7),
            SETTINGS,
            3,
            RankObserver.SILENT);
    RandomPlanRun worst = new RandomPlanRun(0, "nothing");
    Graph executed = random.executed();
    try (SimulatedRun ranks =
            new SimulatedRun(run, new FloatKernels(new VectorProduct()), sideBySide);
        ReferenceTrainingRun reference = new ReferenceTrainingRun(run, executed)) {
      for (int step = 0; step < STEPS && worst.difference <= TOLERANCE; step++) {
        worst = worst.or(compare(step, ranks, reference));
      }
    }
    return worst;
  }

  private static RandomPlanRun compare(int step, TrainingRun ranks, TrainingRun reference) {
    double loss = ranks.step(step).orElseThrow();
    double expectedLoss = reference.step(step).orElseThrow();
    WholeTensors.Gathered actual = ranks.gather();
    WholeTensors.Gathered expected = reference.gather();
    Map<String, Double> differences = new LinkedHashMap<>();
    differences.put("the loss", Math.abs(loss / expectedLoss - 1));
    RelativeDifference.ofEach(actual.gradients(), expected.gradients())
        .forEach((name, difference) -> differences.put("grad(" + name + ")", difference));
    RelativeDifference.ofEach(actual.parameters(), expected.parameters())
        .forEach((name, difference) -> differences.put("updated " + name, difference));
    RandomPlanRun worst = new RandomPlanRun(0, "nothing");
    for (Map.Entry<String, Double> each : differences.entrySet()) {
      String place =
          "%s of step %d differs by %.1e".formatted(each.getKey(), step, each.getValue());
      worst = worst.or(new RandomPlanRun(each.getValue(), place));
    }
    return worst;
  }

  /**
   * Is the difference of the size that rounding alone makes? Batch norms of few elements, one after
   * the other, magnify it beyond the tolerance on one rank already.
   */
  boolean isRounding(RandomPlan random) {
    double alone = of(random.alone(), false).difference;
    return alone <= MOST_ROUNDING && difference <= SHARDED_ROUNDING * alone;
  }

  /** The one that differs more; what is not a number differs most. */
  private RandomPlanRun or(RandomPlanRun other) {
    boolean more = !(other.difference <= difference);
    return more && !Double.isNaN(difference) ? other : this;
  }
}
