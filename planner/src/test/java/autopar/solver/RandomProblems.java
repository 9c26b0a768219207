package autopar.solver;

import java.util.Random;

/** Random problems with everything the form allows. */
public final class RandomProblems {
  private RandomProblems() {}

  /** A problem of at most {@code maxNodes} nodes; the same seed gives the same one. */
  public static IntraOpProblem small(long seed, int maxNodes) {
    Random random = new Random(seed);
    return problem(seed, 1 + random.nextInt(maxNodes), 6, random);
  }

  /**
   * A problem of 10 to 30 nodes, beyond brute force; forbidden cells are rarer, so that most have
   * an answer.
   */
  public static IntraOpProblem larger(long seed) {
    Random random = new Random(seed);
    return problem(seed, 10 + random.nextInt(21), 25, random);
  }

  private static IntraOpProblem problem(long seed, int nodes, int rarity, Random random) {
    IntraOpProblem.Builder builder = IntraOpProblem.builder("random-" + seed);
    int[] counts = new int[nodes];
    int horizon = 1 + random.nextInt(10);
    int range = random.nextInt(3) == 0 ? 3 : 50;
    for (int v = 0; v < nodes; v++) {
      counts[v] = 1 + random.nextInt(4);
      int start = random.nextInt(horizon);
      int end = start + random.nextInt(horizon) - (random.nextInt(5) == 0 ? 2 : 0);
      builder.addNode(
          start, end, costs(counts[v], range, 40, random), costs(counts[v], 20, 0, random));
    }
    int edges = nodes < 2 ? 0 : random.nextInt(2 * nodes);
    for (int e = 0; e < edges; e++) {
      int arity = nodes > 2 && random.nextInt(6) == 0 ? 3 : 2;
      int[] ends = random.ints(0, nodes).distinct().limit(arity).toArray();
      int cells = 1;
      for (int v : ends) {
        cells *= counts[v];
      }
      builder.addEdge(ends, costs(cells, range, rarity, random));
    }
    if (random.nextInt(3) > 0) {
      builder.usageLimit(random.nextInt(10 * nodes + 5));
    }
    return builder.build();
  }

  /** Costs below {@code range}, one in {@code rarity} forbidden (0: none). */
  private static long[] costs(int count, int range, int rarity, Random random) {
    long[] costs = new long[count];
    for (int i = 0; i < count; i++) {
      boolean never = rarity > 0 && random.nextInt(rarity) == 0;
      costs[i] = never ? IntraOpProblem.FORBIDDEN : random.nextInt(range);
    }
    return costs;
  }

  /** The least cost of any allowed choice that fits, by trying all; -1 if there is none. */
  public static long bruteForce(IntraOpProblem problem) {
    long best = -1;
    int[] choice = new int[problem.nodeCount()];
    do {
      if (SolutionEvaluator.evaluate(problem, choice)
              instanceof SolutionEvaluator.Evaluation.Feasible feasible
          && feasible.allowed()) {
        long cost = feasible.cost().longValueExact();
        best = best < 0 ? cost : Math.min(best, cost);
      }
    } while (next(problem, choice));
    return best;
  }

  /** Counts {@code choice} up through all choices; false after the last. */
  public static boolean next(IntraOpProblem problem, int[] choice) {
    for (int v = 0; v < choice.length; v++) {
      if (++choice[v] < problem.strategyCount(v)) {
        return true;
      }
      choice[v] = 0;
    }
    return false;
  }
}
