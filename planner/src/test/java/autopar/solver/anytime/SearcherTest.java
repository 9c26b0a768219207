package autopar.solver.anytime;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.solver.exact.Incumbent;
import autopar.solver.reduce.Core;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A chain of nodes that share one row: strategy 0 is dear and uses nothing, the others are cheap,
 * use the row, and disagree with other strategies of their neighbours.
 */
final class SearcherTest {
  private static final int NODES = 400;

  @Test
  void aSearchThatIsCalledAgainGoesOnFromWhatIsKnown() {
    Core core = chain();
    Incumbent incumbent = new Incumbent();
    Progress progress = new Progress(core.constant(), false);
    progress.setGuide(new Progress.Guide(0, new double[] {1}, new int[NODES]));
    Clock clock = new Clock(60);
    Searcher searcher = new Searcher(core, incumbent, progress, 1);
    searcher.run(clock.part(1.5));
    double first = incumbent.cost();
    assertThat(core.fits(incumbent.choice())).isTrue();
    assertThat(core.cost(incumbent.choice())).isEqualTo(first);
    searcher.run(clock.part(clock.elapsed() + 2));
    assertThat(incumbent.cost()).isLessThanOrEqualTo(first).isLessThan(allFrugal(core));
  }

  private static double allFrugal(Core core) {
    return core.cost(new int[core.nodeCount()]);
  }

  private static Core chain() {
    Random random = new Random(7);
    double[][] unary = new double[NODES][];
    Core.Usage[][] pieces = new Core.Usage[NODES][];
    int[][] ends = new int[NODES - 1][];
    double[][] tables = new double[NODES - 1][];
    for (int v = 0; v < NODES; v++) {
      unary[v] = new double[] {100 + random.nextInt(50), random.nextInt(20), random.nextInt(20)};
      double[] amount = {0, 1 + random.nextInt(9), 1 + random.nextInt(9)};
      pieces[v] = new Core.Usage[] {new Core.Usage(0, 1, amount)};
    }
    for (int e = 0; e < ends.length; e++) {
      ends[e] = new int[] {e, e + 1};
      tables[e] = new double[9];
      for (int c = 0; c < 9; c++) {
        tables[e][c] = c % 4 == 0 ? 0 : random.nextInt(30);
      }
    }
    return new Core(0, unary, ends, tables, pieces, new double[] {NODES}, new int[] {0});
  }
}
