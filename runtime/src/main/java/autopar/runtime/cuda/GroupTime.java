package autopar.runtime.cuda;

/**
 * Seconds of a collective of some GPUs of a host, or of a message from one to the next.
 *
 * @param bytes of the whole tensor, or of the message
 */
public record GroupTime(Operation operation, int ranks, long bytes, double seconds) {

  /** What was measured. */
  public enum Operation {
    ALL_REDUCE,
    ALL_GATHER,
    REDUCE_SCATTER,
    SEND
  }
}
