package autopar.solver.anytime;

/** The end of the time that is left. */
final class Clock {
  private final long start;
  private final long end;

  Clock(double seconds) {
    this(System.nanoTime(), (long) (seconds * 1e9));
  }

  private Clock(long start, long length) {
    this.start = start;
    this.end = start + length;
  }

  /** A clock that has begun when this one did and ends after so many seconds, but not later. */
  Clock part(double seconds) {
    return new Clock(start, Math.min(end - start, (long) (seconds * 1e9)));
  }

  boolean isOver() {
    return System.nanoTime() - end >= 0;
  }

  double elapsed() {
    return (System.nanoTime() - start) / 1e9;
  }

  double total() {
    return (end - start) / 1e9;
  }
}
