package autopar.runtime.cuda;

/** A matrix product [rows, depth] x [depth, columns]. */
public record Shape(long rows, long columns, long depth) {
  /** Floating-point operations. */
  public double operations() {
    return 2.0 * rows * columns * depth;
  }

  /** Elements of both operands and the result. */
  long elements() {
    return rows * depth + depth * columns + rows * columns;
  }

  @Override
  public String toString() {
    return rows + " x " + columns + " x " + depth;
  }
}
