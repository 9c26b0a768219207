package autopar.validation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Whether two ways to measure the same things put them in the same order. */
public final class RankCorrelation {

  private RankCorrelation() {}

  /** Spearman's coefficient, from -1 to 1; 0 where all values of one side are equal. */
  public static double spearman(double[] a, double[] b) {
    return correlation(ranks(a), ranks(b));
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
