package autopar.program;

import autopar.ir.type.TensorType;
import autopar.plan.Dtype;

/**
 * Memory of a stage's program: each rank holds its block of a tensor.
 *
 * @param name of the tensor, {@code decoder.17.q}, with a tail where copies lie differently
 * @param lifetime how long it lives, and how often
 * @param place which memory holds it
 */
public record Buffer(
    int id,
    String name,
    TensorType type,
    Dtype dtype,
    Layout layout,
    Lifetime lifetime,
    Place place) {

  /** A memory. */
  public enum Place {
    DEVICE,
    /** That of the rank's host, where offloaded states are. */
    HOST
  }

  /** How long a buffer lives. */
  public enum Lifetime {
    /** One per rank, for the whole run: parameters, accumulators, optimizer states. */
    RUN,
    /** One per rank and micro-batch in flight, from its first write to its {@code Free}. */
    MICRO_BATCH,
    /** One per rank during the update of a step, until its {@code Free}. */
    UPDATE
  }

  /** Bytes on the rank at {@code coordinates}. */
  public long bytes(long batch, int[] axisSizes, int[] coordinates) {
    return layout.box(type, batch, axisSizes, coordinates).elements() * dtype.bytes();
  }
}
