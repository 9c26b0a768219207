package autopar.cli;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.RunFailure;
import autopar.diagnostics.SourceFile;
import autopar.diagnostics.SourceSpan;
import autopar.plan.PassPrediction;
import autopar.plan.Plan;
import autopar.plan.PlanJson;
import autopar.plan.StagePlan;
import autopar.planner.ForceParser;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.validation.PairOrder;
import autopar.validation.RankCorrelation;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;

/** {@code autopar bench --measure}: what plans were predicted to take against what they take. */
final class MeasuredBench {
  /** Layouts that are taken where none are named. */
  private static final int LAYOUTS = 10;

  /** Steps of two runs of one plan on a machine at rest differ so much. */
  private static final double LEAST_NOISE = 0.02;

  private final ResolvedModel model;
  private final SourceFile clusterText;
  private final PlanRequest free;
  private final MeasuringOptions options;

  MeasuredBench(
      ResolvedModel model, SourceFile clusterText, PlanRequest free, MeasuringOptions options) {
    this.model = model;
    this.clusterText = clusterText;
    this.free = free;
    this.options = options;
  }

  private record Row(
      String layout, int ranks, double predicted, double predictedCores, MeasuredStep measured) {
    double error() {
      return predicted / measured.seconds() - 1;
    }

    double coreError() {
      return predictedCores / measured.coreSeconds() - 1;
    }
  }

  int run(List<String> layouts, CommandLine command, boolean json) {
    if (free.cluster().cores().isEmpty()) {
      throw new InvalidInput(
          Diagnostic.error(
                  "AP0804",
                  SourceSpan.NONE,
                  "--measure: the devices of '" + free.cluster().name() + "' are no CPU ranks")
              .withHint("autopar profile -o FILE measures this machine; then --cluster FILE"));
    }
    PrintWriter out = command.getOut();
    if (!json) {
      out.printf(
          "%-55s %5s %11s %11s %8s %11s %11s %8s %6s %7s%n",
          "layout",
          "ranks",
          "predicted",
          "measured",
          "error",
          "core-s",
          "measured",
          "error",
          "noise",
          "others");
    }
    List<Row> rows = new ArrayList<>();
    for (String layout : layouts != null ? layouts : spread()) {
      Row row = measure(layout);
      rows.add(row);
      if (!json) {
        print(out, row);
      }
    }
    if (json) {
      Json.print(out, j -> write(j, rows));
    } else {
      out.printf(
          Locale.ROOT,
          "%d layouts: median error %s, largest %s, rank correlation %.2f%n",
          rows.size(),
          Figures.percent(median(rows)),
          Figures.percent(largest(rows)),
          correlation(rows));
      PairOrder order = order(rows);
      out.printf(
          "%d pairs differ by more than their noise; %d of them are predicted the other way round%n",
          order.pairs(), order.inverted());
      out.flush();
    }
    return ExitCodes.DONE;
  }

  private List<String> spread() {
    return spread(free.devices(), Math.max(1, free.graph().layers()), free.globalBatch());
  }

  /**
   * Layouts of powers of two on 1, 2, 4, .. ranks, as many as there is room for, from the first to
   * the last. Shards of one work take about as long whatever their shape, so they differ in more:
   * micro-batches of 1, 2 and 4 samples a replica in turn, and every third recomputes.
   */
  static List<String> spread(int devices, int units, long batch) {
    List<int[]> all = new ArrayList<>();
    for (int ranks = 1; ranks <= devices; ranks *= 2) {
      for (int tensor = 1; tensor <= ranks; tensor *= 2) {
        for (int stages = 1; stages * tensor <= ranks && stages <= units; stages *= 2) {
          all.add(new int[] {tensor, stages, ranks / tensor / stages});
        }
      }
    }
    int count = Math.min(LAYOUTS, all.size());
    List<String> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] shape = all.get(count == 1 ? 0 : i * (all.size() - 1) / (count - 1));
      long most = Math.max(1, Long.highestOneBit(batch / shape[2]));
      some.add(
          "tensor=%d,stages=%d,data=%d,micro_batch=%d,zero=0,recompute=%s"
              .formatted(
                  shape[0],
                  shape[1],
                  shape[2],
                  Math.min(most, 1L << i % 3),
                  i % 3 == 1 ? "full" : "none"));
    }
    return some;
  }

  private Row measure(String layout) {
    Plan plan = plan(layout);
    int ranks = plan.devices();
    try {
      Path folder = Files.createTempDirectory("autopar").resolve("plan");
      try {
        PlanFolder.replace(folder, PlanFolder.files(PlanJson.write(plan), model, clusterText));
        MeasuredStep best = MeasuredStep.of(folder, ranks, options.steps(ranks));
        for (int i = 1; i < options.repeats(); i++) {
          MeasuredStep again = MeasuredStep.of(folder, ranks, options.steps(ranks));
          best = again.others().orElse(1) < best.others().orElse(1) ? again : best;
        }
        return new Row(layout, ranks, plan.predicted().stepSeconds(), coreSeconds(plan), best);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new RunFailure("cannot write a temporary folder: " + e.getMessage(), e);
    }
  }

  /** Core-seconds of a step: what all devices compute and communicate, without their waiting. */
  private static double coreSeconds(Plan plan) {
    double seconds = 0;
    for (StagePlan stage : plan.stages()) {
      double passes = 0;
      for (PassPrediction pass : stage.predicted().passes()) {
        passes += pass.forwardSeconds() + pass.backwardSeconds();
      }
      double own = plan.microBatches() * passes + stage.predicted().stepOverheadSeconds();
      seconds += stage.devices().size() * own;
    }
    return seconds;
  }

  private static void delete(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
    Files.deleteIfExists(folder.getParent());
  }

  private Plan plan(String layout) {
    var forced = ForceParser.parse(layout);
    int devices = forced.devices().orElse(free.devices());
    PlanRequest request =
        free.withCluster(free.cluster().withDevices(devices))
            .withOptions(free.options().withForced(forced));
    return switch (Planner.plan(request)) {
      case PlanOutcome.Planned planned -> planned.plan();
      case PlanOutcome.NoPlan none ->
          throw new InvalidInput(
              Diagnostic.error(
                  "AP0805",
                  SourceSpan.NONE,
                  "--layout " + layout + ": " + String.join("; ", none.reasons())));
    };
  }

  private static void print(PrintWriter out, Row row) {
    out.printf(
        Locale.ROOT,
        "%-55s %5d %11s %11s %+7.1f%% %11s %11s %+7.1f%% %6s %7s%n",
        row.layout().replace(",zero=0", ""),
        row.ranks(),
        Figures.seconds(row.predicted()),
        Figures.seconds(row.measured().seconds()),
        100 * row.error(),
        Figures.seconds(row.predictedCores()),
        Figures.seconds(row.measured().coreSeconds()),
        100 * row.coreError(),
        Figures.percent(row.measured().noise()),
        row.measured().others().isPresent()
            ? Figures.percent(row.measured().others().getAsDouble())
            : "?");
    out.flush();
  }

  private static double median(List<Row> rows) {
    double[] errors = rows.stream().mapToDouble(r -> Math.abs(r.error())).sorted().toArray();
    return errors[errors.length / 2];
  }

  private static double largest(List<Row> rows) {
    return rows.stream().mapToDouble(r -> Math.abs(r.error())).max().orElse(0);
  }

  private static double correlation(List<Row> rows) {
    return RankCorrelation.spearman(
        rows.stream().mapToDouble(Row::predicted).toArray(),
        rows.stream().mapToDouble(r -> r.measured().seconds()).toArray());
  }

  private static PairOrder order(List<Row> rows) {
    return PairOrder.of(
        rows.stream().mapToDouble(Row::predicted).toArray(),
        rows.stream().mapToDouble(r -> r.measured().seconds()).toArray(),
        rows.stream().mapToDouble(r -> Math.max(LEAST_NOISE, r.measured().noise())).toArray());
  }

  private static void write(JsonGenerator json, List<Row> rows) throws IOException {
    json.writeArrayFieldStart("layouts");
    for (Row row : rows) {
      json.writeStartObject();
      json.writeStringField("layout", row.layout());
      json.writeNumberField("ranks", row.ranks());
      json.writeNumberField("predicted_s", row.predicted());
      json.writeNumberField("measured_s", row.measured().seconds());
      json.writeNumberField("error", row.error());
      json.writeNumberField("predicted_core_s", row.predictedCores());
      json.writeNumberField("measured_core_s", row.measured().coreSeconds());
      json.writeNumberField("core_error", row.coreError());
      json.writeNumberField("noise", row.measured().noise());
      if (row.measured().others().isPresent()) {
        json.writeNumberField("other_processes", row.measured().others().getAsDouble());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNumberField("median_abs_error", median(rows));
    json.writeNumberField("max_abs_error", largest(rows));
    json.writeNumberField("rank_correlation", correlation(rows));
    json.writeNumberField("pairs", order(rows).pairs());
    json.writeNumberField("pairs_inverted", order(rows).inverted());
  }
}
