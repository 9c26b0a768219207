package autopar.schedule;

/**
 * A message that leaves {@code stage} after {@code pass}: activations to the next virtual stage
 * after a forward, gradients to the one before after a backward. It occupies its link from {@code
 * startSeconds} to {@code endSeconds} of the step.
 */
public record TransferEvent(int stage, Pass pass, double startSeconds, double endSeconds) {}
