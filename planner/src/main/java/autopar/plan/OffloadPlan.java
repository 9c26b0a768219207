package autopar.plan;

/** Where each category of a stage's state lives. */
public record OffloadPlan(
    OffloadTarget optimizer, OffloadTarget parameters, OffloadTarget activations) {

  /** Everything in device memory. */
  public static final OffloadPlan NONE =
      new OffloadPlan(OffloadTarget.NONE, OffloadTarget.NONE, OffloadTarget.NONE);
}
