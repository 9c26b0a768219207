package autopar.solver.reduce;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.solver.IntraOpProblem;
import autopar.solver.RandomProblems;
import autopar.solver.SolutionEvaluator;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule alone, and all together, against trying all choices. */
final class ReductionTest {
  static List<List<Reduction>> rules() {
    return List.of(
        List.of(),
        List.of(new SingleStrategy()),
        List.of(new ForbiddenStrategies()),
        List.of(new PlainEdges()),
        List.of(new DecidedNeighbour()),
        List.of(new FewNeighbours()),
        List.of(new PlainUsage()),
        List.of(new DominatedStrategies()));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void aRuleAloneKeepsTheLeastCostAndTheWayBack(List<Reduction> rules) {
    for (int seed = 0; seed < 250; seed++) {
      check(RandomProblems.small(seed, 5), rules, seed);
    }
  }

  @Test
  void inAHurryTheSlowRulesAreLeftOutAndTheCoreIsRightAllTheSame() {
    int larger = 0;
    for (int seed = 0; seed < 500; seed++) {
      IntraOpProblem problem = RandomProblems.small(seed, 6);
      int now = seed % 4;
      int[] asked = {0};
      Reduced hurried = Reducer.reduce(problem, () -> asked[0]++ >= now);
      check(problem, hurried, seed);
      larger += strategies(hurried) > strategies(Reducer.reduce(problem, () -> false)) ? 1 : 0;
    }
    assertThat(larger).isGreaterThan(5);
  }

  @Test
  void noSlowRuleIsAppliedAfterTheHurryBegan() {
    int[] slow = {0};
    Reduction rule =
        new Reduction() {
          @Override
          public boolean apply(Draft draft, int node) {
            slow[0]++;
            return false;
          }

          @Override
          public boolean isSlow() {
            return true;
          }
        };
    IntraOpProblem problem = RandomProblems.larger(1);
    Reducer.reduce(problem, List.of(new ForbiddenStrategies(), rule), () -> true, Reducer.UNHEARD);
    assertThat(slow[0]).isZero();
    Reducer.reduce(problem, List.of(new ForbiddenStrategies(), rule), () -> false, Reducer.UNHEARD);
    assertThat(slow[0]).isPositive();
  }

  private static int strategies(Reduced reduced) {
    return switch (reduced) {
      case Reduced.Contradiction contradiction -> 0;
      case Reduced.ToCore smaller ->
          Arrays.stream(smaller.core().unary()).mapToInt(costs -> costs.length).sum();
    };
  }

  private static void check(IntraOpProblem problem, List<Reduction> rules, int seed) {
    check(problem, Reducer.reduce(problem, rules, () -> false, Reducer.UNHEARD), seed);
  }

  private static void check(IntraOpProblem problem, Reduced outcome, int seed) {
    long expected = RandomProblems.bruteForce(problem);
    switch (outcome) {
      case Reduced.Contradiction contradiction ->
          assertThat(expected).as("seed " + seed).isEqualTo(-1);
      case Reduced.ToCore reduced -> {
        Core core = reduced.core();
        int[] choice = new int[core.nodeCount()];
        int[] best = null;
        double least = Double.POSITIVE_INFINITY;
        do {
          double cost = core.cost(choice);
          if (cost < least && core.fits(choice)) {
            least = cost;
            best = choice.clone();
          }
        } while (next(core, choice));
        assertThat(best == null ? -1 : (long) least).as("seed " + seed).isEqualTo(expected);
        if (best != null) {
          assertThat(SolutionEvaluator.evaluate(problem, reduced.expand(best)))
              .isInstanceOfSatisfying(
                  SolutionEvaluator.Evaluation.Feasible.class,
                  f -> assertThat(f.cost().longValueExact()).isEqualTo(expected));
        }
      }
    }
  }

  private static boolean next(Core core, int[] choice) {
    for (int v = 0; v < choice.length; v++) {
      if (++choice[v] < core.size(v)) {
        return true;
      }
      choice[v] = 0;
    }
    return false;
  }
}
