package autopar.runtime.rank;

import autopar.ir.graph.Graph;
import autopar.runtime.RelativeDifference;
import autopar.runtime.reference.ReferenceOptimizer;
import autopar.runtime.reference.ReferenceParameters;
import autopar.runtime.reference.ReferenceRun;
import autopar.runtime.reference.ReferenceTraining;
import autopar.runtime.reference.Tensor;
import autopar.training.TrainingGraph;
import java.util.Map;
import java.util.TreeMap;

/**
 * Trains the unsharded model beside a run, in double precision, and keeps the largest differences
 * seen: of the loss (relative), of any gradient and of any updated parameter (see {@link
 * RelativeDifference}).
 */
public final class ReferenceCheck {

  /** The largest differences so far. */
  public record Differences(double loss, double gradients, double parameters) {}

  private final ReferenceRun reference;
  private final ReferenceOptimizer optimizer;
  private ReferenceOptimizer.Point point;
  private double loss;
  private double gradients;
  private double parameters;

  /** A check of {@code run}, which trains {@code graph} from its first step on. */
  public ReferenceCheck(RankExecutor.Run run, Graph graph) {
    reference =
        new ReferenceRun(
            TrainingGraph.of(graph),
            run.data(),
            run.bundle().globalBatch(),
            run.bundle().microBatch(),
            run.seed());
    optimizer = new ReferenceOptimizer(run.bundle().optimizer(), run.settings());
    point = ReferenceOptimizer.Point.start(ReferenceParameters.draw(graph, run.seed()));
  }

  /** Takes the same step and compares; returns the reference's loss. */
  public double step(int step, double actualLoss, WholeTensors.Gathered actual) {
    ReferenceTraining.Step expected = reference.step(step, point.parameters());
    point = optimizer.step(point, expected.gradients());
    loss = larger(loss, Math.abs(actualLoss - expected.loss()) / Math.abs(expected.loss()));
    gradients =
        larger(
            gradients,
            RelativeDifference.largest(actual.gradients(), data(expected.gradients())));
    parameters =
        larger(
            parameters, RelativeDifference.largest(actual.parameters(), data(point.parameters())));
    return expected.loss();
  }

  /** NaN is larger than everything. */
  private static double larger(double a, double b) {
    return Double.isNaN(b) ? Double.POSITIVE_INFINITY : Math.max(a, b);
  }

  private static Map<String, double[]> data(Map<String, Tensor> tensors) {
    Map<String, double[]> data = new TreeMap<>();
    tensors.forEach((name, tensor) -> data.put(name, tensor.data()));
    return data;
  }

  public Differences differences() {
    return new Differences(loss, gradients, parameters);
  }
}
