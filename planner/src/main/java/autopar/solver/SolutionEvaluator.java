package autopar.solver;

import java.math.BigInteger;
import java.util.Map;
import java.util.TreeMap;

/**
 * Prices a choice straight from the problem, in exact integers.
 *
 * <p>It shares nothing with any search, so that no answer is believed because its author said so.
 * Semantics follow {@code Evaluate()} of the contest's {@code iopddl.cc}.
 */
public final class SolutionEvaluator {
  private SolutionEvaluator() {}

  /** What a choice is worth. */
  public sealed interface Evaluation {
    /** The choice respects the limit; {@code peakUsage} is the largest usage at any time. */
    record Feasible(BigInteger cost, long peakUsage) implements Evaluation {
      /** Whether no forbidden strategy or cell was chosen. */
      public boolean allowed() {
        return cost.compareTo(BigInteger.valueOf(IntraOpProblem.FORBIDDEN)) < 0;
      }
    }

    /** The choice is no answer; the reason is in words. */
    record Infeasible(String reason) implements Evaluation {}
  }

  /** Prices {@code choice}, one strategy per node of {@code problem}. */
  public static Evaluation evaluate(IntraOpProblem problem, int[] choice) {
    if (choice.length != problem.nodeCount()) {
      return new Evaluation.Infeasible(
          "the choice has " + choice.length + " entries for " + problem.nodeCount() + " nodes");
    }
    BigInteger cost = BigInteger.ZERO;
    TreeMap<Integer, Long> steps = new TreeMap<>();
    for (int node = 0; node < choice.length; node++) {
      int strategy = choice[node];
      if (strategy < 0 || strategy >= problem.strategyCount(node)) {
        return new Evaluation.Infeasible("node " + node + " has no strategy " + strategy);
      }
      cost = cost.add(BigInteger.valueOf(problem.cost(node, strategy)));
      if (problem.start(node) < problem.end(node)) {
        long usage = problem.usage(node, strategy);
        steps.merge(problem.start(node), usage, Long::sum);
        steps.merge(problem.end(node), -usage, Long::sum);
      }
    }
    for (int edge = 0; edge < problem.edgeCount(); edge++) {
      int cell = 0;
      for (int k = 0; k < problem.arity(edge); k++) {
        int node = problem.edgeNode(edge, k);
        cell = cell * problem.strategyCount(node) + choice[node];
      }
      cost = cost.add(BigInteger.valueOf(problem.edgeCost(edge, cell)));
    }
    return withUsage(problem, cost, steps);
  }

  private static Evaluation withUsage(
      IntraOpProblem problem, BigInteger cost, TreeMap<Integer, Long> steps) {
    long usage = 0;
    long peak = 0;
    long limit = problem.usageLimit().orElse(Long.MAX_VALUE);
    for (Map.Entry<Integer, Long> step : steps.entrySet()) {
      usage += step.getValue();
      peak = Math.max(peak, usage);
      if (usage > limit) {
        return new Evaluation.Infeasible(
            "usage " + usage + " exceeds the limit " + limit + " at time " + step.getKey());
      }
    }
    return new Evaluation.Feasible(cost, peak);
  }
}
