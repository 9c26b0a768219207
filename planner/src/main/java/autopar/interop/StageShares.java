package autopar.interop;

/**
 * What is contained in the times of a {@link PricedStage}: seconds per micro-batch of {@code
 * recompute} in backward and of exposed ZeRO {@code gathers} (parameters gathered, gradients
 * scattered) in the communication of both passes; seconds per step of the {@code update} in the
 * overhead.
 */
public record StageShares(double recompute, double gathers, double update) {}
