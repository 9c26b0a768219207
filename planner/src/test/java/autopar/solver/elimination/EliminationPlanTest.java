package autopar.solver.elimination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EliminationPlanTest {
  @Test
  void leastSumsAndProjectionsEqualBruteForceForManyTablesOfOneStructure() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int n = 1 + random.nextInt(6);
      int[] domains = new int[n];
      for (int v = 0; v < n; v++) {
        domains[v] = 1 + random.nextInt(4);
      }
      int[][] edges = randomEdges(n, random);
      int[] interfaceVariables = randomInterface(n, random);
      EliminationPlan plan = EliminationPlan.of(domains, edges, interfaceVariables);
      EliminationWorkspace workspace = plan.newWorkspace();
      for (int round = 0; round < 4; round++) {
        double[][] unary = new double[n][];
        for (int v = 0; v < n; v++) {
          unary[v] = randomCosts(domains[v], random);
        }
        double[][] pair = new double[edges.length][];
        for (int e = 0; e < edges.length; e++) {
          pair[e] = randomCosts(domains[edges[e][0]] * domains[edges[e][1]], random);
        }
        check(domains, edges, interfaceVariables, unary, pair, workspace);
      }
    }
  }

  private static void check(
      int[] domains,
      int[][] edges,
      int[] interfaceVariables,
      double[][] unary,
      double[][] pair,
      EliminationWorkspace workspace) {
    double best = workspace.solve(unary, pair);
    double[] expected = new double[workspace.projection().length];
    Arrays.fill(expected, Double.POSITIVE_INFINITY);
    int[] choice = new int[domains.length];
    do {
      int cell = 0;
      for (int v : interfaceVariables) {
        cell = cell * domains[v] + choice[v];
      }
      expected[cell] = Math.min(expected[cell], cost(choice, domains, edges, unary, pair));
    } while (next(choice, domains));
    assertThat(best).isEqualTo(Arrays.stream(expected).min().getAsDouble());
    for (int cell = 0; cell < expected.length; cell++) {
      assertThat(workspace.projection()[cell]).isEqualTo(expected[cell]);
      if (expected[cell] < Double.POSITIVE_INFINITY) {
        workspace.argmin(cell, choice);
        assertThat(cost(choice, domains, edges, unary, pair)).isEqualTo(expected[cell]);
        int rest = cell;
        for (int i = interfaceVariables.length - 1; i >= 0; i--) {
          int v = interfaceVariables[i];
          assertThat(choice[v]).isEqualTo(rest % domains[v]);
          rest /= domains[v];
        }
      }
    }
    if (best < Double.POSITIVE_INFINITY) {
      workspace.argmin(choice);
      assertThat(cost(choice, domains, edges, unary, pair)).isCloseTo(best, within(0.0));
    }
  }

  @Test
  void aChainOfLayersHasWidthTwo() {
    int[] domains = new int[64];
    Arrays.fill(domains, 20);
    int[][] edges = new int[63][];
    for (int e = 0; e < edges.length; e++) {
      edges[e] = new int[] {e, e + 1};
    }
    assertThat(EliminationPlan.of(domains, edges).width()).isEqualTo(2);
    assertThat(EliminationPlan.of(domains, edges, 0, 63).width()).isEqualTo(3);
  }

  @Test
  void aGraphWithoutANarrowOrderIsRefused() {
    int[] domains = new int[12];
    Arrays.fill(domains, 50);
    int[][] edges = new int[66][];
    int count = 0;
    for (int a = 0; a < 12; a++) {
      for (int b = a + 1; b < 12; b++) {
        edges[count++] = new int[] {a, b};
      }
    }
    assertThatThrownBy(() -> EliminationPlan.of(domains, edges))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cells");
  }

  @Test
  void aCellThatIsRuledOutHasNoChoice() {
    EliminationPlan plan = EliminationPlan.of(new int[] {2, 2}, new int[][] {{0, 1}}, 0);
    EliminationWorkspace workspace = plan.newWorkspace();
    double never = Double.POSITIVE_INFINITY;
    double best =
        workspace.solve(new double[][] {{1, 2}, {3, 4}}, new double[][] {{never, never, 5, 5}});
    assertThat(best).isEqualTo(10);
    assertThat(workspace.projection()).containsExactly(never, 10);
    assertThatThrownBy(() -> workspace.argmin(0, new int[2]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static int[][] randomEdges(int n, Random random) {
    if (n == 1) {
      return new int[0][];
    }
    int[][] edges = new int[random.nextInt(2 * n)][];
    for (int e = 0; e < edges.length; e++) {
      int a = random.nextInt(n);
      int b = (a + 1 + random.nextInt(n - 1)) % n;
      edges[e] = new int[] {a, b};
    }
    return edges;
  }

  private static int[] randomInterface(int n, Random random) {
    int[] all = new int[n];
    for (int v = 0; v < n; v++) {
      all[v] = v;
    }
    for (int v = n - 1; v > 0; v--) {
      int other = random.nextInt(v + 1);
      int kept = all[v];
      all[v] = all[other];
      all[other] = kept;
    }
    return Arrays.copyOf(all, random.nextInt(Math.min(n, 3) + 1));
  }

  /** Small integers, so that sums are exact and ties are common; some are ruled out. */
  private static double[] randomCosts(int count, Random random) {
    double[] costs = new double[count];
    for (int i = 0; i < count; i++) {
      costs[i] = random.nextInt(8) == 0 ? Double.POSITIVE_INFINITY : random.nextInt(10);
    }
    return costs;
  }

  private static double cost(
      int[] choice, int[] domains, int[][] edges, double[][] unary, double[][] pair) {
    double cost = 0;
    for (int v = 0; v < choice.length; v++) {
      cost += unary[v][choice[v]];
    }
    for (int e = 0; e < edges.length; e++) {
      cost += pair[e][choice[edges[e][0]] * domains[edges[e][1]] + choice[edges[e][1]]];
    }
    return cost;
  }

  private static boolean next(int[] choice, int[] domains) {
    for (int v = 0; v < choice.length; v++) {
      if (++choice[v] < domains[v]) {
        return true;
      }
      choice[v] = 0;
    }
    return false;
  }
}
