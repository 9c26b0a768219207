package autopar.schedule;

/**
 * One pass of one micro-batch through one virtual stage.
 *
 * <p>{@code chunk} counts the model chunks of a stage (0 when there is one); the virtual stage is
 * {@code chunk * stages + stage}.
 */
public record Pass(Phase phase, int chunk, int microBatch) {}
