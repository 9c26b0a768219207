package autopar.validation;

import java.util.ArrayList;
import java.util.Comparator;
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
        correlation(ranks(measured), ranks(predicted)),
        predicted[best] / predicted[cheapest] - 1);
  }

  /** Ranks from 0, equal values sharing their mean rank. */
  private static double[] ranks(double[] values) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(i -> values[i]));
    double[] ranks = new double[values.length];
    for (int from = 0; from < ranks.length; ) {
      int to = from;
      while (to < ranks.length && values[order.get(to)] == values[order.get(from)]) {
        to++;
      }
      for (int i = from; i < to; i++) {
        ranks[order.get(i)] = (from + to - 1) / 2.0;
      }
      from = to;
    }
    return ranks;
  }

  private static double correlation(double[] a, double[] b) {
    double mean = (a.length - 1) / 2.0;
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (a[i] - mean) * (b[i] - mean);
      aa += (a[i] - mean) * (a[i] - mean);
      bb += (b[i] - mean) * (b[i] - mean);
    }
    return aa == 0 || bb == 0 ? 0 : ab / Math.sqrt(aa * bb);
  }
}
