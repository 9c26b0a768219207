package autopar.solver.exact;

/** The best choice found so far, shared by threads. */
public final class Incumbent {
  private int[] choice;
  private volatile double cost = Double.POSITIVE_INFINITY;

  /** The least cost so far; infinite while there is none. */
  public double cost() {
    return cost;
  }

  /** A copy of the best choice so far; null while there is none. */
  public synchronized int[] choice() {
    return choice == null ? null : choice.clone();
  }

  /** Takes a choice if it is better. */
  public synchronized boolean offer(int[] better, double itsCost) {
    if (itsCost >= cost) {
      return false;
    }
    choice = better.clone();
    cost = itsCost;
    return true;
  }
}
