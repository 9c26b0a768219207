package autopar.runtime.reference;

import autopar.ir.type.Precision;
import autopar.runtime.OptimizerSettings;
import autopar.training.Optimizer;
import autopar.training.OptimizerState;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Updates of parameters by their gradients, one whole tensor at a time. */
public record ReferenceOptimizer(Optimizer rule, OptimizerSettings settings) {

  /**
   * Where training stands.
   *
   * @param steps that were taken
   * @param parameters by name
   * @param state tensors by their names in {@link OptimizerState}, by name of the parameter; of
   *     parameters that had a gradient
   */
  public record Point(
      long steps, Map<String, Tensor> parameters, Map<String, Map<String, Tensor>> state) {

    public Point {
      parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
      state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
    }

    /** Where training starts. */
    public static Point start(Map<String, Tensor> parameters) {
      return new Point(0, parameters, Map.of());
    }
  }

  /** What becomes of one parameter and its state. */
  record Updated(Tensor parameter, List<Tensor> state) {}

  /**
   * One step; a parameter without a gradient stays as it is.
   *
   * @param gradients by name of the parameter
   */
  public Point step(Point before, Map<String, Tensor> gradients) {
    Map<String, Tensor> parameters = new LinkedHashMap<>(before.parameters());
    Map<String, Map<String, Tensor>> state = new LinkedHashMap<>(before.state());
    long step = before.steps() + 1;
    parameters.replaceAll((name, parameter) -> {
      Tensor gradient = gradients.get(name);
      if (gradient == null) {
        return parameter;
      }
      Map<String, Tensor> own =
          new LinkedHashMap<>(before.state().getOrDefault(name, zeros(parameter)));
      Updated updated = update(step, parameter, gradient, List.copyOf(own.values()));
      var after = updated.state().iterator();
      own.replaceAll((tensor, old) -> after.next());
      state.put(name, own);
      return updated.parameter();
    });
    return new Point(step, parameters, state);
  }

  private Map<String, Tensor> zeros(Tensor parameter) {
    Map<String, Tensor> zeros = new LinkedHashMap<>();
    for (OptimizerState.StateTensor tensor :
        OptimizerState.of(rule, Precision.FP32, true).tensors()) {
      tensor
          .dims(parameter.rank())
          .ifPresent(dims ->
              zeros.put(
                  tensor.name(),
                  Tensor.zeros(dims.stream().mapToInt(d -> parameter.shape()[d]).toArray())));
    }
    return zeros;
  }

  private Updated update(long step, Tensor parameter, Tensor gradient, List<Tensor> state) {
    return switch (rule) {
      case ADAMW -> adamw(step, parameter, gradient, state.get(0), state.get(1));
      case SGD -> sgd(parameter, gradient, state.get(0));
      case ADAFACTOR ->
          AdafactorUpdate.of(step, settings.learningRate(), parameter, gradient, state);
    };
  }

  /** Loshchilov and Hutter, arXiv:1711.05101, with the bias corrections of arXiv:1412.6980. */
  private Updated adamw(
      long step, Tensor parameter, Tensor gradient, Tensor average, Tensor averageSquare) {
    double beta1 = settings.beta1();
    double beta2 = settings.beta2();
    Tensor m = mix(beta1, average, gradient, 1);
    Tensor v = mix(beta2, averageSquare, gradient, 2);
    double correction1 = 1 - Math.pow(beta1, step);
    double correction2 = 1 - Math.pow(beta2, step);
    double rate = settings.learningRate();
    return new Updated(
        Tensor.filled(
            parameter.shape(),
            i -> {
              double root = Math.sqrt(v.data()[i] / correction2) + settings.epsilon();
              return parameter.data()[i] * (1 - rate * settings.weightDecay())
                  - rate * (m.data()[i] / correction1) / root;
            }),
        List.of(m, v));
  }

  /** decay x average + (1 - decay) x gradient^power. */
  private static Tensor mix(double decay, Tensor average, Tensor gradient, int power) {
    return Tensor.filled(
        gradient.shape(),
        i -> decay * average.data()[i] + (1 - decay) * Math.pow(gradient.data()[i], power));
  }

  /** The velocity is momentum x velocity + gradient, and the parameter loses a part of it. */
  private Updated sgd(Tensor parameter, Tensor gradient, Tensor velocity) {
    Tensor v =
        Tensor.filled(
            gradient.shape(), i -> settings.momentum() * velocity.data()[i] + gradient.data()[i]);
    return new Updated(
        Tensor.filled(
            parameter.shape(), i -> parameter.data()[i] - settings.learningRate() * v.data()[i]),
        List.of(v));
  }
}
