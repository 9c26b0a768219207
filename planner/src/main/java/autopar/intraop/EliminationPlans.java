package autopar.intraop;

import autopar.solver.elimination.EliminationPlan;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The order in which the variables of a body are eliminated, found once for all meshes and
 * micro-batches on which these have as many strategies. May be shared by threads.
 */
public final class EliminationPlans {
  private record Shape(BodyStructure structure, List<Integer> domainSizes) {}

  private final ConcurrentMap<Shape, EliminationPlan> plans = new ConcurrentHashMap<>();

  EliminationPlan of(LayerProblem problem) {
    List<Integer> sizes = Arrays.stream(problem.domainSizes).boxed().toList();
    return plans.computeIfAbsent(new Shape(problem.structure(), sizes), shape -> plan(problem));
  }

  private static EliminationPlan plan(LayerProblem problem) {
    BodyStructure structure = problem.structure();
    int[][] ends =
        structure.edges().stream().map(e -> new int[] {e.from(), e.to()}).toArray(int[][]::new);
    return EliminationPlan.of(problem.domainSizes, ends, structure.boundary());
  }
}
