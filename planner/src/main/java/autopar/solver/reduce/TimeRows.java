package autopar.solver.reduce;

import autopar.solver.IntraOpProblem;
import java.util.Arrays;

/**
 * The times at which the usage limit has to be looked at: those where the set of nodes alive is
 * maximal.
 *
 * <p>Going through time, a set is maximal just before a node dies after others were born, so one
 * row per run of births is enough: at every other time a subset of a row's nodes is alive.
 */
final class TimeRows {
  /** The time of each row, ascending. */
  final int[] times;

  /** Per node the rows {@code [from, to)} in which it is alive. */
  final int[] from;

  final int[] to;

  TimeRows(IntraOpProblem problem) {
    int n = problem.nodeCount();
    long[] events = new long[2 * n];
    int count = 0;
    for (int v = 0; v < n; v++) {
      if (problem.start(v) < problem.end(v)) {
        events[count++] = 2L * problem.start(v) + 1;
        events[count++] = 2L * problem.end(v);
      }
    }
    Arrays.sort(events, 0, count);
    int[] found = new int[count];
    int rows = 0;
    for (int i = 0; i + 1 < count; i++) {
      boolean birth = (events[i] & 1) == 1;
      boolean thenDeath = (events[i + 1] & 1) == 0;
      if (birth && thenDeath) {
        found[rows++] = (int) (events[i] >> 1);
      }
    }
    times = Arrays.copyOf(found, rows);
    from = new int[n];
    to = new int[n];
    for (int v = 0; v < n; v++) {
      if (problem.start(v) < problem.end(v)) {
        from[v] = firstAtLeast(problem.start(v));
        to[v] = firstAtLeast(problem.end(v));
      }
    }
  }

  private int firstAtLeast(int time) {
    int at = Arrays.binarySearch(times, time);
    return at >= 0 ? at : -at - 1;
  }
}
