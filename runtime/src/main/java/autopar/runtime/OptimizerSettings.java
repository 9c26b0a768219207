package autopar.runtime;

/**
 * The numbers of an update rule; a rule reads those that it has.
 *
 * @param learningRate of every rule
 * @param beta1 decay of AdamW's first moment, in [0, 1)
 * @param beta2 decay of AdamW's second moment, in [0, 1)
 * @param epsilon added by AdamW to the root of the second moment
 * @param weightDecay of AdamW, decoupled: a part of the learning rate
 * @param momentum of SGD, in [0, 1)
 */
public record OptimizerSettings(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    double momentum) {

  /**
   * Learning rate 1e-3, moments that decay by 0.9 and 0.95 with epsilon 1e-5 (as LLaMA 2 was
   * trained, arXiv:2307.09288: a smaller one lets rounding noise of gradients that are zero by
   * algebra move parameters), weight decay 0.01 and momentum 0.9.
   */
  public static final OptimizerSettings DEFAULTS =
      new OptimizerSettings(1e-3, 0.9, 0.95, 1e-5, 0.01, 0.9);
}
