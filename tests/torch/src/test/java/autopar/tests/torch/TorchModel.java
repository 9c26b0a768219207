package autopar.tests.torch;

import org.bytedeco.pytorch.Tensor;

/** A model written by hand in the operators of libtorch. */
@FunctionalInterface
interface TorchModel {

  /** The loss, a scalar, of {@code weights} and {@code inputs} of the sizes of {@code model}. */
  Tensor loss(SmallModel model, Named weights, Named inputs);
}
