package autopar.ir.op;

/**
 * A two-dimensional sliding window.
 *
 * @param stride step between windows in both dimensions
 * @param padding zeros (for maxima: nothing) on every side of both dimensions
 */
public record Window(long height, long width, long stride, long padding) {

  /** Number of windows over {@code size} positions, or 0 when not one fits. */
  public static long outputs(long size, long window, long stride, long padding) {
    long span = size + 2 * padding - window;
    return span < 0 ? 0 : span / stride + 1;
  }
}
