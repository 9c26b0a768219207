package autopar.ir.type;

/** What one element of a value is. Reals take the workload's {@link Precision} when priced. */
public enum ElementType {
  /** A real number in the workload's compute precision. */
  REAL,
  /** A real number that stays fp32 whatever the workload's precision (losses, statistics). */
  FLOAT32,
  /** A 32-bit integer (token ids, labels, positions). */
  INT32,
  /** One byte of truth (masks). */
  BOOL;

  /** Bytes of one element under {@code precision}. */
  public int bytes(Precision precision) {
    return switch (this) {
      case REAL -> precision.bytes();
      case FLOAT32, INT32 -> 4;
      case BOOL -> 1;
    };
  }

  /** True for values that carry gradients. */
  public boolean isReal() {
    return this == REAL || this == FLOAT32;
  }
}
