package autopar.tests.torch;

import autopar.runtime.OptimizerSettings;
import autopar.training.Optimizer;
import java.util.Collection;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** The optimizers of libtorch. */
final class TorchOptimizers {

  private TorchOptimizers() {}

  /** torch::optim's form of {@code rule}, over {@code leaves}. */
  static org.bytedeco.pytorch.Optimizer of(
      Optimizer rule, OptimizerSettings settings, Collection<Tensor> leaves) {
    TensorVector parameters = new TensorVector(leaves.toArray(new Tensor[0]));
    return switch (rule) {
      case ADAMW -> {
        AdamWOptions options = new AdamWOptions(settings.learningRate());
        // A std::tuple, whose last element comes first in memory.
        options.betas().put(settings.beta2(), settings.beta1());
        options.eps().put(settings.epsilon());
        options.weight_decay().put(settings.weightDecay());
        yield new AdamW(parameters, options);
      }
      case SGD -> {
        SGDOptions options = new SGDOptions(settings.learningRate());
        options.momentum().put(settings.momentum());
        yield new SGD(parameters, options);
      }
      case ADAFACTOR -> throw new IllegalArgumentException("libtorch has no Adafactor");
    };
  }
}
