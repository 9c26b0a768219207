package autopar.runtime.reference;

import autopar.ir.graph.Value;
import autopar.runtime.CounterRandom;
import autopar.runtime.StepData;
import autopar.runtime.StepWeights;
import autopar.training.TrainingGraph;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The steps of a training run, unsharded: micro-batch after micro-batch, gradients added up.
 *
 * @param microBatch samples in a micro-batch; the last one of a step may be short
 */
public record ReferenceRun(
    TrainingGraph training,
    StepData data,
    long globalBatch,
    long microBatch,
    long seed,
    ReferenceListener listener) {

  /** Loss and gradients of step {@code step}, from 0, at {@code parameters} by name. */
  public ReferenceTraining.Step step(int step, Map<String, Tensor> parameters) {
    Map<String, Double> counted = new LinkedHashMap<>();
    for (Value input : training.graph().inputs()) {
      if (!input.type().element().isReal()) {
        long perSample = input.type().elements(1);
        counted.put(
            input.name(), StepWeights.counted(data, step, input.name(), globalBatch, perSample));
      }
    }
    double loss = 0;
    Map<String, Tensor> gradients = new TreeMap<>();
    for (long first = 0; first < globalBatch; first += microBatch) {
      StepWeights weights = new StepWeights(globalBatch, Math.min(microBatch, globalBatch - first));
      Map<String, Double> labels = new HashMap<>();
      counted.forEach((name, n) -> labels.put(name, weights.labels(n)));
      ReferenceTraining part =
          new ReferenceTraining(
              training, weights.samples(), first, CounterRandom.key(seed, step), labels, listener);
      ReferenceTraining.Step own = part.step(inputs(step, first, weights.samples()), parameters);
      loss += weights.weight() * own.loss();
      own.gradients()
          .forEach((name, gradient) ->
              gradients.merge(name, scaled(gradient, weights.weight()), ReferenceRun::sum));
    }
    return new ReferenceTraining.Step(loss, gradients);
  }

  private Map<Integer, Tensor> inputs(int step, long first, long samples) {
    Map<Integer, Tensor> inputs = new HashMap<>();
    for (Value input : training.graph().inputs()) {
      long perSample = input.type().elements(1);
      int[] shape = new ReferenceInterpreter(samples, 0).shape(input.type());
      inputs.put(
          input.id(),
          Tensor.filled(
              shape, i -> data.element(step, input.name(), first + i / perSample, i % perSample)));
    }
    return inputs;
  }

  private static Tensor scaled(Tensor t, double factor) {
    return Tensor.filled(t.shape(), i -> factor * t.data()[i]);
  }

  private static Tensor sum(Tensor a, Tensor b) {
    return Tensor.filled(a.shape(), i -> a.data()[i] + b.data()[i]);
  }
}
