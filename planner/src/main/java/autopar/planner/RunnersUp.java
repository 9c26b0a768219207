package autopar.planner;

import autopar.cluster.Cluster;
import autopar.interop.Candidate;
import autopar.interop.PricedStage;
import autopar.interop.SearchResult;
import autopar.interop.StepPrice;
import autopar.interop.Workpiece;
import autopar.plan.RunnerUp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The layouts that came next, in words, with the cause of their defeat. */
final class RunnersUp {

  private static final int LISTED = 3;

  private RunnersUp() {}

  /** The best few layouts that differ from the chosen one in more than details. */
  static List<RunnerUp> of(Workpiece work, Cluster cluster, SearchResult result) {
    SearchResult.Ranked best = result.ranked().getFirst();
    List<RunnerUp> listed = new ArrayList<>();
    List<String> seen = new ArrayList<>();
    seen.add(layout(best.candidate()));
    for (SearchResult.Ranked other : result.ranked()) {
      String layout = layout(other.candidate());
      if (listed.size() < LISTED && !seen.contains(layout)) {
        seen.add(layout);
        listed.add(new RunnerUp(layout, other.seconds(), why(work, cluster, best, other)));
      }
    }
    return listed;
  }

  /**
   * For instance {@code 3 stages 22/21/21 layers, 8/8/8 devices, data 1, tensor 8, micro-batch 1}.
   */
  static String layout(Candidate c) {
    List<String> layers = new ArrayList<>();
    List<String> meshes = new ArrayList<>();
    for (PricedStage stage : c.stages()) {
      int n = stage.units();
      layers.add(Integer.toString(n));
      meshes.add(
          String.join(
              "x", Arrays.stream(stage.mesh().sizes()).mapToObj(Integer::toString).toList()));
    }
    return c.stages().size()
        + (c.stages().size() == 1 ? " stage, " : " stages, layers ")
        + (c.stages().size() == 1 ? "" : String.join("/", runs(layers)) + ", ")
        + "data x tensor "
        + String.join("/", runs(meshes))
        + ", micro-batch "
        + c.microBatch();
  }

  /** Equal neighbours written once: {@code 8x1 (4 times)}. */
  private static List<String> runs(List<String> items) {
    if (items.size() <= 6) {
      return items;
    }
    List<String> out = new ArrayList<>();
    int i = 0;
    while (i < items.size()) {
      int j = i;
      while (j < items.size() && items.get(j).equals(items.get(i))) {
        j++;
      }
      out.add(j - i > 1 ? items.get(i) + " (" + (j - i) + " times)" : items.get(i));
      i = j;
    }
    return out;
  }

  private static String why(
      Workpiece work, Cluster cluster, SearchResult.Ranked best, SearchResult.Ranked other) {
    Parts a = Parts.of(work, cluster, best);
    Parts b = Parts.of(work, cluster, other);
    double slower = other.seconds() / best.seconds() - 1;
    String cause = "its bubbles and waits take longer";
    double most = b.waiting - a.waiting;
    if (b.communication - a.communication > most) {
      most = b.communication - a.communication;
      cause = "its collectives take longer";
    }
    if (b.compute - a.compute > most) {
      most = b.compute - a.compute;
      cause = "its kernels take longer (smaller, recomputed or unevenly spread)";
    }
    if (b.tail - a.tail > most) {
      most = b.tail - a.tail;
      cause = "its gradient sync and update take longer";
    }
    return String.format(
        Locale.ROOT, "%.1f %% slower: %s (%+.2f s per step)", 100 * slower, cause, most);
  }

  /** Seconds per step of the slowest stage, by what they are spent on. */
  private record Parts(double compute, double communication, double tail, double waiting) {
    static Parts of(Workpiece work, Cluster cluster, SearchResult.Ranked ranked) {
      Candidate c = ranked.candidate();
      StepPrice.Passes passes = new StepPrice(work, cluster).passes(c);
      int slowest = 0;
      for (int i = 1; i < c.stages().size(); i++) {
        if (c.stages().get(i).seconds() > c.stages().get(slowest).seconds()) {
          slowest = i;
        }
      }
      PricedStage stage = c.stages().get(slowest);
      int m = work.microBatches(c.microBatch());
      double compute = m * (stage.forward() + stage.backward());
      double communication = m * stage.seconds() - compute;
      double tail = passes.tail()[slowest];
      return new Parts(
          compute, communication, tail, ranked.seconds() - compute - communication - tail);
    }
  }
}
