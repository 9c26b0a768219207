package autopar.validation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs of one model on the same devices of one source that differ only in layout: does the
 * prediction order them as the measurement does?
 *
 * @param rankCorrelation Spearman's, between predicted and measured seconds per sequence
 * @param bestExcess how much dearer than the cheapest prediction the best measured layout is priced
 */
public record Sweep(
    String source, String shape, int rows, double rankCorrelation, double bestExcess) {
  /** Fewest rows that make an order worth comparing. */
  private static final int LEAST_ROWS = 5;

  /** The sweeps among {@code runs}, in the order of their first row. */
  static List<Sweep> of(List<PricedRun> runs) {
    Map<String, List<PricedRun>> groups = new LinkedHashMap<>();
    for (PricedRun run : runs) {
      groups.computeIfAbsent(key(run), k -> new ArrayList<>()).add(run);
    }
    List<Sweep> sweeps = new ArrayList<>();
    groups.forEach((key, group) -> {
      if (group.size() >= LEAST_ROWS) {
        sweeps.add(of(key.substring(key.indexOf('|') + 1), group));
      }
    });
    return sweeps;
  }

  private static String key(PricedRun priced) {
    RunSpec s = priced.run().spec().orElseThrow();
    String shape =
        "%d layers x %d, %d heads, sequence %d, on %d %s"
            .formatted(s.layers(), s.hidden(), s.heads(), s.seq(), s.devices(), s.gpu());
    String state = s.clusterState().isEmpty() ? "" : ", " + s.clusterState();
    return priced.run().source() + "|" + shape + state;
  }

  private static Sweep of(String shape, List<PricedRun> group) {
    double[] measured = new double[group.size()];
    double[] predicted = new double[group.size()];
    for (int i = 0; i < measured.length; i++) {
      double sequences = group.get(i).run().spec().orElseThrow().globalBatch();
      measured[i] = group.get(i).run().measuredSeconds() / sequences;
      predicted[i] = group.get(i).predictedSeconds() / sequences;
    }
    int best = 0;
    int cheapest = 0;
    for (int i = 1; i < measured.length; i++) {
      best = measured[i] < measured[best] ? i : best;
      cheapest = predicted[i] < predicted[cheapest] ? i : cheapest;
    }
    return new Sweep(
        group.getFirst().run().source(),
        shape,
        measured.length,
        RankCorrelation.spearman(measured, predicted),
        predicted[best] / predicted[cheapest] - 1);
  }
}
