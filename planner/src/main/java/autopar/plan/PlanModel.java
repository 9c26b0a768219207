package autopar.plan;

/**
 * The model that was planned.
 *
 * <p>{@code parameters} counts a tied tensor once; {@code trainableParameters} leaves out frozen
 * ones; {@code layers} are the instances of repeated blocks. {@code flopsPerSample} are the model
 * FLOPs of one sample in one step: products only, forward and backward, attention not cut by
 * causality, recomputation not counted.
 */
public record PlanModel(
    String name, long parameters, long trainableParameters, int layers, double flopsPerSample) {}
