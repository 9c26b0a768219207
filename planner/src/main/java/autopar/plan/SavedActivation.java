package autopar.plan;

import autopar.training.RecomputeMode;

/**
 * How often a stage holds an activation at its peak: one per layer and micro-batch in flight.
 *
 * <p>{@code layers} are those of chunk {@code chunk} that keep it under {@code recompute}; {@code
 * inFlight} are the micro-batches of that chunk whose backward has not run.
 */
public record SavedActivation(int chunk, int layers, int inFlight, RecomputeMode recompute) {}
