package autopar.runtime.cuda;

/** Seconds of a matrix product in a full queue, the gap before it included. */
public record ProductTime(Shape shape, double seconds) {

  /** Operations per second. */
  public double rate() {
    return shape.operations() / seconds;
  }
}
