package autopar.solver.certificate;

import autopar.solver.IntraOpProblem;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The time rows of a proof's problem: what usages may sum up to in each. */
final class ProofRows {
  int[] times;
  private long[] slack;

  /** By row, the change of what was spent and not yet taken off the slack. */
  private long[] spent;

  /** A row per time at which a node is born: at every other time fewer are alive. */
  ProofRows(IntraOpProblem problem) {
    times =
        problem.usageLimit().isEmpty()
            ? new int[0]
            : IntStream.range(0, problem.nodeCount())
                .filter(v -> problem.start(v) < problem.end(v))
                .map(problem::start)
                .sorted()
                .distinct()
                .toArray();
    slack = new long[times.length];
    Arrays.fill(slack, problem.usageLimit().orElse(0));
    spent = new long[times.length + 1];
  }

  ProofRows(ProofRows other) {
    times = other.times;
    slack = other.slack.clone();
    spent = other.spent.clone();
  }

  int firstAtLeast(int time) {
    int at = Arrays.binarySearch(times, time);
    return at >= 0 ? at : -at - 1;
  }

  void spend(int from, int to, long usage) {
    spent[from] = Math.addExact(spent[from], usage);
    spent[to] = Math.subtractExact(spent[to], usage);
  }

  /** What is left of the limit, by row. */
  long[] slack() {
    long sum = 0;
    for (int r = 0; r < slack.length; r++) {
      sum = Math.addExact(sum, spent[r]);
      slack[r] = Math.subtractExact(slack[r], sum);
    }
    Arrays.fill(spent, 0);
    return slack;
  }

  boolean cannotBeMet() {
    return Arrays.stream(slack()).anyMatch(left -> left < 0);
  }

  /**
   * Keeps only some rows; every other one must hold on its own, or be covered by the kept row
   * before or after it: with no more pieces alive and no less slack.
   *
   * @return by old row, its new number or that of the first one kept after it
   */
  int[] keep(int[] kept, ProofNode[] nodes) {
    int[] number = new int[times.length + 1];
    boolean[] stays = new boolean[times.length];
    int before = -1;
    for (int time : kept) {
      int r = Arrays.binarySearch(times, time);
      ProofState.require(r > before, "a row is not there");
      stays[r] = true;
      before = r;
    }
    checkDropped(stays, nodes);
    int count = 0;
    for (int r = 0; r < stays.length; r++) {
      number[r] = count;
      if (stays[r]) {
        slack[count++] = slack[r];
      }
    }
    number[stays.length] = count;
    times = kept.clone();
    slack = Arrays.copyOf(slack, count);
    spent = new long[count + 1];
    return number;
  }

  private void checkDropped(boolean[] stays, ProofNode[] nodes) {
    int rows = stays.length;
    long[] most = new long[rows + 1];
    int[] born = new int[rows + 1];
    int[] died = new int[rows + 1];
    for (ProofNode node : nodes) {
      for (ProofNode.Use use : node == null ? List.<ProofNode.Use>of() : node.uses) {
        long largest = Arrays.stream(use.amount()).max().orElseThrow();
        most[use.from()] = Math.addExact(most[use.from()], largest);
        most[use.to()] = Math.subtractExact(most[use.to()], largest);
        born[use.from()]++;
        died[use.to()]++;
      }
    }
    long[] left = slack();
    boolean[] covered = new boolean[rows];
    long alive = 0;
    int kept = -1;
    int births = 0;
    for (int r = 0; r < rows; r++) {
      alive += most[r];
      births += born[r];
      covered[r] = alive <= left[r] || kept >= 0 && births == 0 && left[r] >= left[kept];
      if (stays[r]) {
        kept = r;
        births = 0;
      }
    }
    kept = -1;
    int deaths = 0;
    for (int r = rows - 1; r >= 0; r--) {
      covered[r] |= kept >= 0 && deaths == 0 && left[r] >= left[kept];
      if (stays[r]) {
        kept = r;
        deaths = 0;
      }
      deaths += died[r];
      ProofState.require(stays[r] || covered[r], "a row that may be violated is dropped");
    }
  }
}
