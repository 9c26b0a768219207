package autopar.cli;

import autopar.plan.LayerRange;
import autopar.plan.OffloadPlan;
import autopar.plan.OffloadTarget;
import autopar.plan.Plan;
import autopar.plan.PlanCluster;
import autopar.plan.PlanHosts;
import autopar.plan.PlanPrediction;
import autopar.plan.RecomputeCounts;
import autopar.plan.RunnerUp;
import autopar.plan.ShardingNotation;
import autopar.plan.StagePlan;
import autopar.plan.Workload;
import autopar.schedule.ScheduleKind;
import autopar.units.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A plan in words and bars, as wide as the terminal at most. */
final class PlanSummary {
  private static final int BAR = 20;
  private static final int LEAST_BAR = 5;

  /** Columns of "1023.9 GiB". */
  private static final int BYTES = 10;

  private static final int GAP = 2;
  private static final int MOST_STAGES = 32;

  private final Plan plan;
  private final Terminal terminal;
  private final int width;
  private final StringBuilder text = new StringBuilder();

  private PlanSummary(Plan plan, Terminal terminal) {
    this.plan = plan;
    this.terminal = terminal;
    this.width = terminal.columns();
  }

  static String of(Plan plan, Terminal terminal) {
    PlanSummary summary = new PlanSummary(plan, terminal);
    summary.heading();
    summary.figures();
    summary.stages();
    summary.strip();
    summary.runnerUps();
    summary.notes();
    return summary.text.toString();
  }

  private void heading() {
    PlanCluster cluster = plan.cluster();
    Workload workload = plan.workload();
    paragraph(
        "%s (%s parameters, %d layers) on %d x %s (%s, %s)",
        plan.model().name(),
        Figures.count(plan.model().parameters()),
        plan.model().layers(),
        plan.devices(),
        cluster.device(),
        cluster.name(),
        cluster.shape());
    paragraph(
        "%s, %s, global batch %d%s: %d micro-batch%s of %d, schedule %s",
        workload.precision().text(),
        workload.optimizer().map(o -> o.text()).orElse("no optimizer"),
        workload.globalBatch(),
        workload.sequence() > 1 ? " x " + workload.sequence() + " tokens" : "",
        plan.microBatches(),
        plan.microBatches() == 1 ? "" : "es",
        plan.microBatch(),
        schedule());
    line("");
  }

  private void paragraph(String format, Object... values) {
    text.append(Paragraph.of("", String.format(Locale.ROOT, format, values), width));
  }

  private String schedule() {
    ScheduleKind kind = plan.schedule().kind();
    return switch (kind) {
      case GPIPE, ONE_FORWARD_ONE_BACKWARD -> kind.text();
      case INTERLEAVED -> kind.text() + " x " + plan.schedule().virtualStages();
    };
  }

  private void figures() {
    PlanPrediction p = plan.predicted();
    line(
        "  %-10s%-14s%-11s%-13s%-12s%s",
        "step",
        Figures.seconds(p.stepSeconds()),
        "MFU",
        Figures.percent(p.mfu()),
        "bubble",
        Figures.percent(p.bubbleFraction()));
    line(
        "  %-10s%-14s%-11s%-13s%-12s%s",
        "tokens/s",
        Figures.rate(p.tokensPerSecond()),
        "samples/s",
        Figures.rate(p.samplesPerSecond()),
        "per device",
        String.format(Locale.ROOT, "%.1f TFLOP/s", p.tflopsPerDevice()));
    line(
        "  %-10s%-14s%-11s%s",
        "bound", Figures.seconds(p.lowerBoundSeconds()), "gap", Figures.percent(p.gap()));
    line("");
  }

  private void stages() {
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"stage", "layers", "devices", "mesh", "zero", "recompute"});
    int shown = plan.stages().size() > MOST_STAGES ? MOST_STAGES - 1 : plan.stages().size();
    for (StagePlan stage : plan.stages().subList(0, shown)) {
      rows.add(
          new String[] {
            Integer.toString(stage.index()),
            cut(layers(stage), 16),
            cut(Figures.ranges(stage.devices()), 16),
            cut(mesh(stage), 22),
            Integer.toString(stage.zero()),
            cut(recompute(stage.recompute()) + offload(stage.offload()), 32)
          });
    }
    table(rows, plan.stages());
    if (shown < plan.stages().size()) {
      line("  ... and %d more stages", plan.stages().size() - shown);
    }
    memoryBounds();
    if (!plan.idle().isEmpty()) {
      line("  idle: %s", Figures.ranges(plan.idle()));
    }
  }

  private void memoryBounds() {
    List<PlanHosts> groups = plan.cluster().groups();
    List<String> bounds = groups.stream().map(PlanSummary::bound).distinct().toList();
    String words =
        bounds.size() == 1
            ? bounds.getFirst() + " a device"
            : groups.stream()
                .map(group -> bound(group) + " on " + group.device())
                .distinct()
                .collect(Collectors.joining(", "));
    text.append(Paragraph.of("  memory is bounded by ", words, width));
  }

  private static String bound(PlanHosts group) {
    return new Bytes(group.usableBytesPerDevice())
        + " of "
        + new Bytes(group.memoryBytesPerDevice());
  }

  private static String layers(StagePlan stage) {
    if (stage.layerCount() == 0) {
      return "none";
    }
    String ranges =
        stage.layers().stream()
            .filter(r -> r.size() > 0)
            .map(PlanSummary::range)
            .collect(Collectors.joining(","));
    return ranges + " (" + stage.layerCount() + ")";
  }

  private static String range(LayerRange range) {
    return range.size() == 1 ? "" + range.from() : range.from() + "-" + (range.to() - 1);
  }

  private static String mesh(StagePlan stage) {
    String axes =
        ShardingNotation.of(stage.mesh().stream().filter(axis -> axis.size() > 1).toList());
    return axes.isEmpty() ? "one device" : axes;
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

  private static String offload(OffloadPlan offload) {
    List<String> parts = new ArrayList<>();
    if (offload.optimizer() != OffloadTarget.NONE) {
      parts.add("optimizer");
    }
    if (offload.parameters() != OffloadTarget.NONE) {
      parts.add("parameters");
    }
    if (offload.activations() != OffloadTarget.NONE) {
      parts.add("activations");
    }
    return parts.isEmpty() ? "" : "; offloads " + String.join(", ", parts);
  }

  /** Prints the rows with a memory bar at the end, as long as the line leaves room for. */
  private void table(List<String[]> rows, List<StagePlan> stages) {
    int columns = rows.getFirst().length;
    int[] widths = new int[columns];
    for (String[] row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row[c].length());
      }
    }
    int taken = 2 + Arrays.stream(widths).sum() + GAP * columns;
    int room = Math.min(width - taken - BYTES - 3, BAR);
    int bar = room < LEAST_BAR ? 0 : room;
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder("  ");
      for (int c = 0; c < columns; c++) {
        String cell = rows.get(r)[c];
        line.append(cell).append(" ".repeat(widths[c] - cell.length() + GAP));
      }
      line("%s%s", line, r == 0 ? "memory" : memory(stages.get(r - 1), bar));
    }
  }

  private String memory(StagePlan stage, int bar) {
    long total = stage.predicted().memory().total();
    long limit = plan.cluster().usableBytes(stage.devices());
    int filled = Math.clamp(Math.round((double) total * bar / limit), 0, bar);
    String drawn = "#".repeat(filled) + ".".repeat(bar - filled);
    return (bar > 0 ? "[" + drawn + "] " : "") + new Bytes(total);
  }

  /** A single stage has no pipeline to show. */
  private void strip() {
    if (plan.stages().size() > 1) {
      line("");
      text.append(StepStrip.of(plan, terminal));
    }
  }

  private void runnerUps() {
    if (plan.search().runnerUps().isEmpty()) {
      return;
    }
    RunnerUp best = plan.search().runnerUps().getFirst();
    double worse = best.stepSeconds() / plan.predicted().stepSeconds() - 1;
    line("");
    String words =
        best.layout()
            + ", "
            + Figures.seconds(best.stepSeconds())
            + String.format(Locale.ROOT, " (%+.1f %%): ", 100 * worse)
            + best.why();
    text.append(Paragraph.of("  runner-up: ", words, width));
  }

  private void notes() {
    for (String note : plan.search().notes()) {
      text.append(Paragraph.of("  note: ", note, width));
    }
  }

  private static String cut(String words, int width) {
    return words.length() <= width ? words : words.substring(0, width - 3) + "...";
  }

  private void line(String format, Object... values) {
    String line = String.format(Locale.ROOT, format, values).stripTrailing();
    text.append(cut(line, width)).append('\n');
  }
}
