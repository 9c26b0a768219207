package autopar.cli;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.DiagnosticRenderer;
import autopar.diagnostics.SourceFile;
import autopar.plan.Plan;
import autopar.plan.PlanHashes;
import autopar.plan.PlanJson;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.ProgressListener;
import autopar.report.ReportPage;
import autopar.text.Purpose;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code autopar compile}: from a model to a plan. */
@Command(
    name = "compile",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Finds the fastest plan that fits and writes it to a folder.",
    footer = {
      "",
      "Examples:",
      "  autopar compile models/opt-66b.ir --devices 24",
      "  autopar compile models/gpt.ir --set layers=48 --devices 16 --cluster a100-80g \\",
      "      --force tensor=4,stages=2,recompute=full --format json",
      "  autopar compile models/opt-66b.ir --devices 24 --report"
    })
final class CompileCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private ClusterOptions target;
  @Mixin private PlanningOptions planning;
  @Mixin private OutputOptions output;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      description = "Folder for the plan; one that is there is replaced. Default: <model>.plan")
  private Path folder;

  @Option(
      names = "--report",
      arity = "0..1",
      paramLabel = "FILE",
      fallbackValue = "",
      description =
          "Also write the plan as a page (see view): into FILE, or report.html in the folder.")
  private String report;

  @Override
  public Integer call() {
    long start = System.nanoTime();
    Path directory = folder != null ? folder : Path.of(ModelFiles.stem(model.name()) + ".plan");
    PlanFolder.checkReplaceable(directory);
    SourceFile clusterText = target.text();
    Cluster cluster = target.cut(ClusterReader.read(clusterText));
    ResolvedModel resolved = planning.withBatch(model.read(Purpose.TRAINING));
    warn(resolved.warnings());
    PlanHashes hashes =
        new PlanHashes(Hashes.sha256(resolved.text()), Hashes.sha256(clusterText.text()));
    PlanRequest request = planning.request(resolved, cluster, hashes, ProgressListener.SILENT);
    return switch (search(request)) {
      case PlanOutcome.Planned planned -> {
        Plan plan = planned.plan().withWallSeconds((System.nanoTime() - start) / 1e9);
        String json = PlanJson.write(plan);
        Map<String, String> files = PlanFolder.files(json, resolved, clusterText);
        files.put(PlanFolder.REQUEST, StoredRequest.of(request, planning.force()).write());
        Optional<Path> page = page(directory, plan, files);
        PlanFolder.replace(directory, files);
        print(plan, json, directory, page);
        yield ExitCodes.DONE;
      }
      case PlanOutcome.NoPlan none -> {
        RefusalText.print(spec.commandLine().getErr(), none);
        yield ExitCodes.NO_PLAN_FITS;
      }
    };
  }

  /** Where the page is that was asked for; one in the folder becomes one of its files. */
  private Optional<Path> page(Path directory, Plan plan, Map<String, String> files) {
    if (report == null) {
      return Optional.empty();
    }
    String html = ReportPage.of(plan);
    if (report.isEmpty()) {
      files.put(PlanFolder.REPORT, html);
      return Optional.of(directory.resolve(PlanFolder.REPORT));
    }
    Path page = Path.of(report);
    ViewCommand.write(page, html);
    return Optional.of(page);
  }

  private void warn(List<Diagnostic> warnings) {
    PrintWriter err = spec.commandLine().getErr();
    err.print(DiagnosticRenderer.render(warnings));
    err.flush();
  }

  private PlanOutcome search(PlanRequest request) {
    Terminal terminal = Terminal.err();
    if (!terminal.rewritable()) {
      return Planner.plan(request);
    }
    try (ProgressLine progress = new ProgressLine(spec.commandLine().getErr(), terminal)) {
      return Planner.plan(request.withProgress(progress));
    }
  }

  private void print(Plan plan, String json, Path directory, Optional<Path> page) {
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.print(json);
    } else {
      out.print(PlanSummary.of(plan, Terminal.out()));
      out.println();
      out.println("  plan: " + directory.resolve(PlanFolder.PLAN));
      page.ifPresent(p -> out.println("  report: " + p));
    }
    out.flush();
  }
}
