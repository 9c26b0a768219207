package autopar.solver.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.solver.IntraOpProblem;
import autopar.solver.RandomProblems;
import autopar.solver.SolutionEvaluator;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What messages forbid is in no choice below the bound, and along a chain they find all of it. */
final class MessagesTest {
  @Test
  void alongAChainTheyProveTheLeastCostWithoutPotentials() {
    for (int seed = 0; seed < 300; seed++) {
      IntraOpProblem problem = chain(new Random(seed));
      long least = RandomProblems.bruteForce(problem);
      ProofState proved = ProofState.of(problem, least);
      proved.apply(weigh(proved, new Random(0), 1));
      assertThat(proved.isClosed()).as("seed " + seed).isTrue();
      ProofState more = ProofState.of(problem, least + 1);
      more.apply(weigh(more, new Random(0), 1));
      assertThat(more.isClosed()).as("seed " + seed).isFalse();
    }
  }

  @Test
  void everyBestChoiceStaysWhateverThePotentials() {
    int forbidden = 0;
    for (int seed = 0; seed < 1500; seed++) {
      IntraOpProblem problem = RandomProblems.small(seed, 6);
      long least = RandomProblems.bruteForce(problem);
      if (least < 0) {
        continue;
      }
      Random random = new Random(seed);
      ProofState state = ProofState.of(problem, least + 1);
      int before = strategies(state);
      state.apply(weigh(state, random, 20_000));
      assertThat(state.isClosed()).as("seed " + seed).isFalse();
      forbidden += before - strategies(state);
      int[] choice = new int[problem.nodeCount()];
      do {
        if (isBest(problem, choice, least)) {
          for (int v = 0; v < choice.length; v++) {
            assertThat(state.node(v).strategies()).as("seed " + seed).contains(choice[v]);
          }
          for (int v = 0; v < choice.length; v++) {
            state = state.only(v, state.node(v).index(choice[v]));
          }
          state.apply(weigh(state, random, 20_000));
          assertThat(state.isClosed()).as("seed " + seed).isFalse();
          break;
        }
      } while (RandomProblems.next(problem, choice));
    }
    assertThat(forbidden).isGreaterThan(500);
  }

  private static boolean isBest(IntraOpProblem problem, int[] choice, long least) {
    return SolutionEvaluator.evaluate(problem, choice)
            instanceof SolutionEvaluator.Evaluation.Feasible feasible
        && feasible.allowed()
        && feasible.cost().longValueExact() == least;
  }

  private static int strategies(ProofState state) {
    return Arrays.stream(state.nodesLeft()).map(v -> state.node(v).size()).sum();
  }

  /** Potentials below {@code range}, in 2^-10 of a unit of cost, and as random prices. */
  private static ProofStep.Weigh weigh(ProofState state, Random random, int range) {
    int[] times = state.rowTimes();
    long[] prices =
        Arrays.stream(times).mapToLong(t -> random.nextLong(1L << 34) * (range - 1)).toArray();
    long[][][] potentials =
        Arrays.stream(state.nodesLeft())
            .boxed()
            .flatMap(v -> state.node(v).tablesAbove(v).stream())
            .map(table ->
                IntStream.of(table.low(), table.high())
                    .mapToObj(v -> random.longs(state.node(v).size(), 0, range).toArray())
                    .toArray(long[][]::new))
            .toArray(long[][][]::new);
    return new ProofStep.Weigh(times, prices, potentials);
  }

  private static IntraOpProblem chain(Random random) {
    IntraOpProblem.Builder builder = IntraOpProblem.builder("chain");
    int nodes = 2 + random.nextInt(6);
    for (int v = 0; v < nodes; v++) {
      builder.addNode(0, 1, random.longs(3, 0, 30).toArray(), new long[3]);
      if (v > 0) {
        builder.addEdge(v - 1, v, random.longs(9, 0, 30).toArray());
      }
    }
    return builder.build();
  }
}
