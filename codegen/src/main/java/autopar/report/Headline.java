package autopar.report;

import autopar.plan.Plan;
import autopar.plan.PlanCluster;
import autopar.plan.PlanPrediction;
import autopar.plan.RecomputeCounts;
import autopar.plan.ReferenceLayout;
import autopar.plan.ShardingNotation;
import autopar.plan.StagePlan;
import autopar.plan.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The parts of the page that need no script: what was asked, the figures, and three tables. */
final class Headline {
  private static final int MOST_RANGES = 6;

  private final Plan plan;

  Headline(Plan plan) {
    this.plan = plan;
  }

  /** Model, cluster and workload in one sentence. */
  String question() {
    PlanCluster c = plan.cluster();
    Workload w = plan.workload();
    return Html.text(
        Html.count(plan.model().parameters())
            + " parameters, "
            + plan.model().layers()
            + " layers, on "
            + plan.devices()
            + " × "
            + c.device()
            + " (cluster "
            + c.name()
            + ", "
            + hosts(c)
            + "). "
            + w.precision().text()
            + ", "
            + w.optimizer().map(o -> o.text()).orElse("no optimizer")
            + ", global batch "
            + w.globalBatch()
            + (w.sequence() > 1 ? " × " + w.sequence() + " tokens" : " samples")
            + ": "
            + plan.microBatches()
            + " micro-batches of "
            + plan.microBatch()
            + ", schedule "
            + plan.schedule().kind().text()
            + (plan.schedule().virtualStages() > 1
                ? " × " + plan.schedule().virtualStages() + " virtual stages"
                : "")
            + ".");
  }

  private static String hosts(PlanCluster cluster) {
    return cluster.groups().stream()
        .map(g -> g.hosts() + (g.hosts() == 1 ? " host × " : " hosts × ") + g.devicesPerHost())
        .collect(Collectors.joining(" and "));
  }

  /** The headline figures: value, name and what it means. */
  String figures() {
    PlanPrediction p = plan.predicted();
    StringBuilder html = new StringBuilder();
    figure(html, "step", "Step time", Html.seconds(p.stepSeconds()), "one optimizer step");
    if (plan.workload().sequence() > 1) {
      figure(
          html,
          "tokens",
          "Tokens per second",
          Html.number(p.tokensPerSecond()),
          Html.number(p.samplesPerSecond()) + " samples per second");
    } else {
      figure(
          html,
          "tokens",
          "Samples per second",
          Html.number(p.samplesPerSecond()),
          "all devices together");
    }
    figure(
        html,
        "mfu",
        "MFU",
        Html.percent(p.mfu()),
        String.format(Locale.ROOT, "%.1f TFLOP/s a device", p.tflopsPerDevice()));
    figure(
        html,
        "memory",
        "Peak memory",
        Html.gibibytes(p.peakMemoryBytes()),
        "of " + Html.gibibytes(plan.cluster().usableBytesPerDevice()) + " usable");
    figure(
        html,
        "bubble",
        "Bubble",
        Html.percent(p.bubbleFraction()),
        "of the stages' device time is waiting");
    figure(
        html,
        "bound",
        "Lower bound",
        Html.seconds(p.lowerBoundSeconds()),
        "gap " + Html.percent(p.gap()) + ": no plan of the searched space is faster");
    return html.toString();
  }

  private static void figure(
      StringBuilder html, String id, String name, String value, String meaning) {
    html.append("<tr id=\"figure-")
        .append(id)
        .append("\"><th scope=\"row\">")
        .append(name)
        .append("</th><td><strong>")
        .append(value)
        .append("</strong><span>")
        .append(meaning)
        .append("</span></td></tr>\n");
  }

  /** One row per stage. */
  String stages() {
    StringBuilder html = new StringBuilder();
    for (StagePlan s : plan.stages()) {
      html.append("<tr><th scope=\"row\"><i class=\"swatch\" data-stage=\"")
          .append(s.index())
          .append("\"></i>")
          .append(s.index())
          .append("</th>");
      cell(html, layers(s));
      cell(html, ranges(s.devices()));
      cell(
          html,
          s.mesh().stream().allMatch(a -> a.size() == 1)
              ? "one device"
              : ShardingNotation.of(s.mesh().stream().filter(a -> a.size() > 1).toList()));
      cell(html, Integer.toString(s.zero()));
      cell(html, recompute(s.recompute()));
      cell(html, Html.gibibytes(s.predicted().memory().total()));
      html.append("</tr>\n");
    }
    return html.toString();
  }

  /** One row per reference layout, the plan first. */
  String references() {
    StringBuilder html = new StringBuilder();
    double step = plan.predicted().stepSeconds();
    html.append("<tr class=\"chosen\"><th scope=\"row\">this plan</th>");
    cell(html, Html.seconds(step));
    cell(html, "");
    cell(html, Html.gibibytes(plan.predicted().peakMemoryBytes()));
    cell(
        html,
        plan.search().explored().isEmpty() ? "" : plan.search().explored().getFirst().layout());
    html.append("</tr>\n");
    for (ReferenceLayout r : plan.search().references()) {
      html.append("<tr><th scope=\"row\">")
          .append(Html.text(r.name()))
          .append("<small>")
          .append(Html.text(r.rule()))
          .append("</small></th>");
      if (r.layout().isEmpty()) {
        html.append("<td colspan=\"4\">does not fit: ")
            .append(Html.text(r.reason()))
            .append("</td></tr>\n");
        continue;
      }
      double other = r.layout().get().stepSeconds();
      cell(html, Html.seconds(other));
      cell(html, String.format(Locale.ROOT, "%+.1f %%", 100 * (other / step - 1)));
      cell(html, Html.gibibytes(r.layout().get().peakMemoryBytes()));
      cell(html, r.layout().get().layout());
      html.append("</tr>\n");
    }
    return html.toString();
  }

  private static void cell(StringBuilder html, String text) {
    html.append("<td>").append(Html.text(text)).append("</td>");
  }

  private static String layers(StagePlan stage) {
    if (stage.layerCount() == 0) {
      return "none";
    }
    String ranges =
        stage.layers().stream()
            .filter(r -> r.size() > 0)
            .limit(MOST_RANGES)
            .map(r -> r.size() == 1 ? "" + r.from() : r.from() + "–" + (r.to() - 1))
            .collect(Collectors.joining(", "));
    return ranges
        + (stage.layers().size() > MOST_RANGES ? ", …" : "")
        + " ("
        + stage.layerCount()
        + ")";
  }

  private static String ranges(List<Integer> ranks) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < ranks.size(); ) {
      int j = i;
      while (j + 1 < ranks.size() && ranks.get(j + 1) == ranks.get(j) + 1) {
        j++;
      }
      parts.add(i == j ? "" + ranks.get(i) : ranks.get(i) + "–" + ranks.get(j));
      i = j + 1;
    }
    boolean cut = parts.size() > MOST_RANGES;
    return String.join(", ", cut ? parts.subList(0, MOST_RANGES) : parts)
        + (cut ? ", …" : "")
        + " ("
        + ranks.size()
        + ")";
  }

  private static String recompute(RecomputeCounts counts) {
    List<String> parts = new ArrayList<>();
    if (counts.full() > 0) {
      parts.add(counts.full() + " full");
    }
    if (counts.selective() > 0) {
      parts.add(counts.selective() + " selective");
    }
    return parts.isEmpty() ? "none" : String.join(", ", parts);
  }
}
