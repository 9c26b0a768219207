package autopar.report;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.plan.Plan;
import autopar.plan.PlanHashes;
import autopar.planner.ForceParser;
import autopar.planner.PlanOptions;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.ProgressListener;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import autopar.training.Optimizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Plans of a GPT of eight layers on A800 under forced decisions. */
final class SmallPlan {
  private static final Path MODELS = Path.of(System.getProperty("autopar.home"), "models");

  private SmallPlan() {}

  static Plan of(int devices, long batch, String force) {
    Graph graph =
        IrReader.read(
            new SourceFile("gpt.ir", read(MODELS.resolve("gpt.ir"))),
            Map.of("layers", 8L, "seq", 128L, "hidden", 256L, "heads", 8L, "vocab", 1000L),
            IncludeResolver.NONE);
    Cluster cluster =
        ClusterReader.read(new SourceFile("a800", read(MODELS.resolve("clusters/a800.json"))))
            .withDevices(devices);
    PlanRequest request =
        new PlanRequest(
            graph,
            cluster,
            batch,
            Precision.BF16,
            Optimizer.ADAMW,
            PlanOptions.DEFAULT.withForced(ForceParser.parse(force)),
            new PlanHashes("0".repeat(64), "1".repeat(64)),
            ProgressListener.SILENT);
    return switch (Planner.price(request)) {
      case PlanOutcome.Planned planned -> planned.plan();
      case PlanOutcome.NoPlan none -> throw new IllegalStateException(none.reasons().toString());
    };
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
