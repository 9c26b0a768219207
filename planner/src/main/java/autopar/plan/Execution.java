package autopar.plan;

/**
 * How the software runs the plan.
 *
 * <p>{@code attention} is flash or unfused; {@code fp32Gradients} adds up gradients in fp32; {@code
 * overlapGradients} syncs gradients under the backward pass; {@code software} names the profile of
 * kernels and framework that was priced.
 */
public record Execution(
    String attention, boolean fp32Gradients, boolean overlapGradients, String software) {}
