package autopar.explain;

import autopar.plan.LayerRange;
import autopar.plan.Plan;
import autopar.plan.StagePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which stages of two pipelines correspond: in order, so that as many layers as possible are in
 * corresponding stages (an alignment by dynamic programming, O(n m) for n and m stages).
 */
final class StageAlignment {
  /** Stages that share no layer still correspond rather than stand alone. */
  private static final double PAIRED = 1e-3;

  private StageAlignment() {}

  /** A stage of each, or one that has no counterpart. */
  record Pair(Optional<StagePlan> before, Optional<StagePlan> after) {}

  static List<Pair> of(Plan before, Plan after) {
    List<StagePlan> a = before.stages();
    List<StagePlan> b = after.stages();
    double[][] best = new double[a.size() + 1][b.size() + 1];
    for (int i = a.size() - 1; i >= 0; i--) {
      for (int j = b.size() - 1; j >= 0; j--) {
        best[i][j] =
            Math.max(
                PAIRED + shared(a.get(i), b.get(j)) + best[i + 1][j + 1],
                Math.max(best[i + 1][j], best[i][j + 1]));
      }
    }
    List<Pair> pairs = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < a.size() || j < b.size()) {
      if (i < a.size()
          && j < b.size()
          && best[i][j] == PAIRED + shared(a.get(i), b.get(j)) + best[i + 1][j + 1]) {
        pairs.add(new Pair(Optional.of(a.get(i++)), Optional.of(b.get(j++))));
      } else if (j == b.size() || (i < a.size() && best[i][j] == best[i + 1][j])) {
        pairs.add(new Pair(Optional.of(a.get(i++)), Optional.empty()));
      } else {
        pairs.add(new Pair(Optional.empty(), Optional.of(b.get(j++))));
      }
    }
    return pairs;
  }

  /** Layers that both hold. */
  private static int shared(StagePlan a, StagePlan b) {
    int layers = 0;
    for (LayerRange x : a.layers()) {
      for (LayerRange y : b.layers()) {
        layers += Math.max(0, Math.min(x.to(), y.to()) - Math.max(x.from(), y.from()));
      }
    }
    return layers;
  }
}
