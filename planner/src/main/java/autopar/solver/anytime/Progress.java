package autopar.solver.anytime;

import autopar.solver.bound.DualBound;

/** What the parts of one solve tell each other: the bound, the prices behind it, and the end. */
final class Progress {
  /** Prices of the time rows and a choice rounded from the messages. */
  record Guide(double bound, double[] prices, int[] rounded) {}

  private double bound;
  private volatile boolean complete;
  private volatile Guide guide;

  /** Whether the messages behind the bound are kept, for a proof. */
  private final boolean keeps;

  private volatile DualPoint point;

  Progress(double bound, boolean keeps) {
    this.bound = bound;
    this.keeps = keeps;
  }

  synchronized void raise(double proven) {
    bound = Math.max(bound, proven);
  }

  synchronized double bound() {
    return bound;
  }

  /** Keeps where the best bound was found, where that is asked for. */
  void keep(DualBound dual, double[] prices) {
    if (keeps) {
      point = DualPoint.of(dual, prices);
    }
  }

  /** Where the best bound was found; null if it was not kept. */
  DualPoint point() {
    return point;
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
