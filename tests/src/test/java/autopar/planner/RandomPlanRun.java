package autopar.planner;

import autopar.lowering.LowerPlan;
import autopar.program.ProgramBundle;
import autopar.runtime.OptimizerSettings;
import autopar.runtime.RelativeDifference;
import autopar.runtime.StepData;
import autopar.runtime.SyntheticData;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.kernel.VectorProduct;
import autopar.runtime.rank.RankExecutor.Run;
import autopar.runtime.rank.RankObserver;
import autopar.runtime.rank.WholeTensors;
import autopar.runtime.reference.ReferenceParameters;
import autopar.runtime.reference.ReferenceRun;
import autopar.runtime.reference.ReferenceTraining;
import autopar.runtime.simulated.SimulatedRun;
import autopar.training.TrainingGraph;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a random plan computes next to what the unsharded model computes.
 *
 * @param difference the largest relative difference of the loss and of gradients
 * @param text the plan and the tensor that differs most
 */
record RandomPlanRun(double difference, String text) {

  private static final long SEED = 3;

  /** Runs one step of {@code random} on simulated ranks. */
  static RandomPlanRun of(RandomPlan random) {
    ProgramBundle bundle = LowerPlan.lower(random.plan(), random.graph());
    StepData data = new SyntheticData(random.graph(), 7);
    Map<String, double[]> actual = new TreeMap<>();
    try (SimulatedRun run =
        new SimulatedRun(
            new Run(bundle, data, OptimizerSettings.DEFAULTS, SEED, RankObserver.SILENT),
            new FloatKernels(new VectorProduct()))) {
      double loss = run.step(0);
      WholeTensors whole = new WholeTensors();
      run.ranks().forEach(whole::addGradients);
      actual.putAll(whole.tensors());
      actual.put("loss", new double[] {loss});
    }
    ReferenceTraining.Step step =
        new ReferenceRun(
                TrainingGraph.of(random.executed()),
                data,
                random.plan().workload().globalBatch(),
                random.plan().microBatch(),
                SEED)
            .step(0, ReferenceParameters.draw(random.graph(), SEED));
    Map<String, double[]> expected = new TreeMap<>();
    step.gradients().forEach((name, gradient) -> expected.put(name, gradient.data()));
    double lossDifference = Math.abs(actual.remove("loss")[0] / step.loss() - 1);
    SortedMap<String, Double> differences = RelativeDifference.ofEach(actual, expected);
    String worst = "loss";
    double most = lossDifference;
    for (Map.Entry<String, Double> each : differences.entrySet()) {
      if (!(each.getValue() <= most)) {
        worst = each.getKey();
        most = each.getValue();
      }
    }
    return new RandomPlanRun(
        most, "%s: %s differs by %.2e".formatted(random.description(), worst, most));
  }
}
