package autopar.runtime.reference;

/** Hears what the reference is at. */
public interface ReferenceListener {

  /** Hears nothing. */
  ReferenceListener SILENT = new ReferenceListener() {};

  /** {@code body} runs next, forward or backward. */
  default void enters(String body) {}

  /**
   * A ReLU has read {@code inputs} numbers, of which {@code nearZero} lie within {@link
   * ReluInputs#NEAR} root mean squares of zero.
   */
  default void relu(long inputs, long nearZero) {}
}
