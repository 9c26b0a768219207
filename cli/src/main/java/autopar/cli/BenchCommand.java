package autopar.cli;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.diagnostics.SourceFile;
import autopar.plan.Plan;
import autopar.plan.PlanHashes;
import autopar.planner.ForceParser;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.ProgressListener;
import autopar.text.Purpose;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code autopar bench}: the plan that is found against the layouts people write by hand. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Prices reference layouts by force and compares them with the free search.",
      "Without --layout: the Megatron-style grid of tensor, data and pipeline sizes, micro-batches",
      "and recompute modes.",
      "With --measure: plans layouts on 1 to N CPU ranks, runs them here, and compares predicted",
      "with measured seconds of a step; --cluster is a file that autopar profile wrote here."
    },
    footer = {
      "",
      "Examples:",
      "  autopar bench models/opt-30b.ir --devices 24",
      "  autopar bench opt-30b --devices 24 --layout stages=12,data=2,tensor=1",
      "  autopar bench gpt --set layers=4 --set hidden=384 --set heads=6 --set seq=128 \\",
      "      --set vocab=1024 --global-batch 16 --devices 8 --cluster profile.json --measure"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int[] TENSOR = {1, 2, 4, 8};
  private static final int[] REPLICA_BATCH = {1, 2, 4, 8};
  private static final List<String> RECOMPUTE = List.of("none", "selective", "full");

  /** Two prices of one layout may differ by rounding where sums run in another order. */
  private static final double ROUNDING = 1e-9;

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private ClusterOptions target;
  @Mixin private PlanningOptions planning;
  @Mixin private OutputOptions output;

  @Option(
      names = "--layout",
      paramLabel = "key=value,...",
      description = "A layout to price, as for compile --force; may be repeated.")
  private List<String> layouts;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "20",
      description = "Rows of the table. Default: 20")
  private int top;

  @Option(
      names = "--measure",
      description = "Runs layouts on this machine's CPU ranks and compares.")
  private boolean measure;

  @Mixin private MeasuringOptions measuring;

  /** A layout and its seconds per step; empty where it does not fit. */
  private record Row(String layout, Optional<Double> seconds) {}

  @Override
  public Integer call() {
    SourceFile clusterText = target.text();
    Cluster cluster = target.cut(ClusterReader.read(clusterText));
    ResolvedModel resolved = planning.withBatch(model.read(Purpose.TRAINING));
    PlanHashes hashes =
        new PlanHashes(Hashes.sha256(resolved.text()), Hashes.sha256(clusterText.text()));
    PlanRequest free = planning.request(resolved, cluster, hashes, ProgressListener.SILENT);
    if (measure) {
      MeasuredBench bench = new MeasuredBench(resolved, clusterText, free, measuring);
      return bench.run(layouts, spec.commandLine(), output.json());
    }
    if (!(Planner.plan(free) instanceof PlanOutcome.Planned found)) {
      spec.commandLine().getErr().println("autopar: no plan fits, nothing to compare with");
      spec.commandLine().getErr().flush();
      return ExitCodes.NO_PLAN_FITS;
    }
    List<Row> rows = new ArrayList<>();
    for (String layout : layouts != null ? layouts : grid(free)) {
      rows.add(new Row(layout, price(free, layout)));
    }
    rows.sort(Comparator.comparingDouble(r -> r.seconds().orElse(Double.POSITIVE_INFINITY)));
    print(found.plan(), rows);
    return ExitCodes.DONE;
  }

  private static List<String> grid(PlanRequest request) {
    List<String> grid = new ArrayList<>();
    int units = Math.max(1, request.graph().layers());
    for (int tensor : TENSOR) {
      for (int stages = 1; stages <= Math.min(units, request.devices() / tensor); stages++) {
        if (request.devices() % (tensor * stages) != 0) {
          continue;
        }
        int data = request.devices() / (tensor * stages);
        for (int batch : REPLICA_BATCH) {
          if ((long) batch * data <= request.globalBatch()) {
            for (String recompute : RECOMPUTE) {
              grid.add(
                  String.format(
                      Locale.ROOT,
                      "tensor=%d,stages=%d,data=%d,micro_batch=%d,recompute=%s",
                      tensor,
                      stages,
                      data,
                      batch,
                      recompute));
            }
          }
        }
      }
    }
    return grid;
  }

  private static Optional<Double> price(PlanRequest free, String layout) {
    PlanRequest forced = free.withOptions(free.options().withForced(ForceParser.parse(layout)));
    return switch (Planner.price(forced)) {
      case PlanOutcome.Planned planned -> Optional.of(planned.plan().predicted().stepSeconds());
      case PlanOutcome.NoPlan none -> Optional.empty();
    };
  }

  private void print(Plan plan, List<Row> rows) {
    double step = plan.predicted().stepSeconds();
    long faster = rows.stream().filter(r -> isFaster(r, step)).count();
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      Json.print(out, json -> write(json, step, faster, rows));
      return;
    }
    out.printf(Locale.ROOT, "%-64s %12s %10s%n", "layout", "step", "to plan");
    out.printf(Locale.ROOT, "%-64s %12s %10s%n", "the plan", Figures.seconds(step), "1.000");
    for (Row row : rows.subList(0, Math.min(top, rows.size()))) {
      out.printf(
          Locale.ROOT,
          "%-64s %12s %10s%n",
          row.layout(),
          row.seconds().map(Figures::seconds).orElse("does not fit"),
          row.seconds().map(s -> String.format(Locale.ROOT, "%.3f", s / step)).orElse(""));
    }
    long fit = rows.stream().filter(r -> r.seconds().isPresent()).count();
    out.printf(
        Locale.ROOT, "%d layouts, %d fit, %d faster than the plan%n", rows.size(), fit, faster);
    out.flush();
  }

  private static boolean isFaster(Row row, double step) {
    return row.seconds().isPresent() && row.seconds().get() < step * (1 - ROUNDING);
  }

  private static void write(JsonGenerator json, double step, long faster, List<Row> rows)
      throws IOException {
    json.writeNumberField("step_s", step);
    json.writeNumberField("faster", faster);
    json.writeArrayFieldStart("layouts");
    for (Row row : rows) {
      json.writeStartObject();
      json.writeStringField("layout", row.layout());
      if (row.seconds().isPresent()) {
        json.writeNumberField("step_s", row.seconds().get());
      } else {
        json.writeNullField("step_s");
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
