package autopar.runtime.rank;

import autopar.runtime.OptimizerSettings;
import autopar.runtime.kernel.FloatTensor;
import autopar.training.Optimizer;
import java.util.List;

/** The update of one rank's part of a parameter, element by element, in place. */
public final class OptimizerStep {

  private final Optimizer optimizer;
  private final OptimizerSettings settings;

  public OptimizerStep(Optimizer optimizer, OptimizerSettings settings) {
    this.optimizer = optimizer;
    this.settings = settings;
  }

  /**
   * Updates {@code weight}.
   *
   * @param step from 1
   * @param whole extents of the whole parameter
   * @param states of the optimizer, in its order
   * @param moments of {@link autopar.program.Instruction.Update}
   */
  public void update(
      int step,
      float[] weight,
      FloatTensor gradient,
      List<Long> whole,
      List<FloatTensor> states,
      List<FloatTensor> moments) {
    float[] g = gradient.data();
    switch (optimizer) {
      case ADAMW -> adamw(step, weight, g, states.get(0).data(), states.get(1).data());
      case SGD -> sgd(weight, g, states.get(0).data());
      case ADAFACTOR ->
          FactoredMoments.of(whole)
              .update(settings.learningRate(), weight, gradient, states, moments);
    }
  }

  /** Loshchilov and Hutter 2019 (arXiv:1711.05101), with bias correction. */
  private void adamw(int step, float[] weight, float[] gradient, float[] first, float[] second) {
    double unbiasFirst = 1 - Math.pow(settings.beta1(), step);
    double unbiasSecond = 1 - Math.pow(settings.beta2(), step);
    double keep = 1 - settings.learningRate() * settings.weightDecay();
    double rate = settings.learningRate() / unbiasFirst;
    for (int i = 0; i < weight.length; i++) {
      double g = gradient[i];
      double m = settings.beta1() * first[i] + (1 - settings.beta1()) * g;
      double v = settings.beta2() * second[i] + (1 - settings.beta2()) * g * g;
      first[i] = (float) m;
      second[i] = (float) v;
      double denominator = Math.sqrt(v / unbiasSecond) + settings.epsilon();
      weight[i] = (float) (weight[i] * keep - rate * m / denominator);
    }
  }

  /** Heavy-ball momentum: the buffer starts at zero, so the first step adds the gradient alone. */
  private void sgd(float[] weight, float[] gradient, float[] momentum) {
    for (int i = 0; i < weight.length; i++) {
      double velocity = settings.momentum() * momentum[i] + gradient[i];
      momentum[i] = (float) velocity;
      weight[i] = (float) (weight[i] - settings.learningRate() * velocity);
    }
  }
}
