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
import autopar.runtime.reference.ReferenceListener;
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

  /**
   * A model that one rank alone computes so well is well-conditioned: sums in another order may
   * round worse, but not as much worse as the tolerance is.
   */
  private static final double CALM = TOLERANCE / 3;

  /** How often weights and batches are drawn until a model is well-conditioned. */
  private static final int DRAWS = 16;

  private static final int STEPS = 2;

  /**
   * Steps are long, so that an update weighs as much as the parameter, and AdamW's epsilon is of
   * the size of gradients: without it the update of a gradient that is zero by algebra would be the
   * sign of its noise.
   */
  private static final OptimizerSettings SETTINGS =
      new OptimizerSettings(0.02, 0.9, 0.95, 1e-2, 0.1, 0.9);

  /**
   * Runs {@code random} on simulated ranks, perhaps with the streams of each side by side, with
   * weights and batches on which the model is well-conditioned: batch norms of few elements, one
   * after the other, magnify rounding beyond the tolerance on one rank already, with about one draw
   * in twenty-five.
   */
  static RandomPlanRun of(RandomPlan random, boolean sideBySide) {
    for (int draw = 0; draw < DRAWS; draw++) {
      RandomPlanRun run = of(random, sideBySide, draw);
      if (run.isEqual() || of(random.alone(), false, draw).difference <= CALM) {
        return run;
      }
    }
    return new RandomPlanRun(Double.NaN, "no draw on which one rank alone rounds little");
  }

  private static RandomPlanRun of(RandomPlan random, boolean sideBySide, int draw) {
    Run run =
        new Run(
            LowerPlan.lower(random.plan(), random.graph()),
            new SyntheticData(random.graph(), 7 + draw),
            SETTINGS,
            3 + draw,
            RankObserver.SILENT);
    RandomPlanRun worst = new RandomPlanRun(0, "nothing");
    Graph executed = random.executed();
    try (SimulatedRun ranks =
            new SimulatedRun(run, new FloatKernels(new VectorProduct()), sideBySide);
        ReferenceTrainingRun reference =
            new ReferenceTrainingRun(run, executed, ReferenceListener.SILENT)) {
      for (int step = 0; step < STEPS && worst.isEqual(); step++) {
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

  boolean isEqual() {
    return difference <= TOLERANCE;
  }

  /** The one that differs more; what is not a number differs most. */
  private RandomPlanRun or(RandomPlanRun other) {
    boolean more = !(other.difference <= difference);
    return more && !Double.isNaN(difference) ? other : this;
  }
}
