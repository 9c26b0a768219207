package autopar.solver.anytime;

/** What the parts of one solve tell each other: the bound, the prices behind it, and the end. */
final class Progress {
  /** Prices of the time rows and a choice rounded from the messages. */
  record Guide(double bound, double[] prices, int[] rounded) {}

  private double bound;
  private volatile boolean complete;
  private volatile Guide guide;

  Progress(double bound) {
    this.bound = bound;
  }

  synchronized void raise(double proven) {
    bound = Math.max(bound, proven);
  }

  synchronized double bound() {
    return bound;
  }

  void complete() {
    complete = true;
  }

  /** Whether the best choice is known to be the best there is. */
  boolean isComplete() {
    return complete;
  }

  void setGuide(Guide next) {
    guide = next;
  }

  /** The latest guide; null while there is none. */
  Guide guide() {
    return guide;
  }
}
