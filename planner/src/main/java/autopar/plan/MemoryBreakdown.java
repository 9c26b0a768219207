package autopar.plan;

/**
 * Bytes on the worst device of a stage. {@code workspace} holds transient values, the context,
 * communicators and fragmentation.
 */
public record MemoryBreakdown(
    long parameters, long gradients, long optimizer, long activations, long workspace, long total) {

  /** The breakdown whose total is the sum of its categories. */
  public static MemoryBreakdown of(
      long parameters, long gradients, long optimizer, long activations, long workspace) {
    return new MemoryBreakdown(
        parameters,
        gradients,
        optimizer,
        activations,
        workspace,
        parameters + gradients + optimizer + activations + workspace);
  }
}
