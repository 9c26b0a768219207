package autopar.program;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.lowering.LowerPlan;
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

/** Bundles of shipped models at small sizes. */
final class PlannedBundle {

  private static final Path MODELS = Path.of(System.getProperty("autopar.home"), "models");

  private static final Map<String, Map<String, Long>> SIZES =
      Map.of(
          "mlp",
          Map.of("layers", 3L, "inputs", 6L, "hidden", 8L, "ffn", 12L, "outputs", 5L),
          "gpt",
          Map.of("layers", 4L, "seq", 6L, "hidden", 12L, "heads", 4L, "vocab", 17L),
          "bert",
          Map.of("layers", 3L, "seq", 6L, "hidden", 12L, "heads", 4L, "vocab", 17L),
          "bloom",
          Map.of("layers", 3L, "seq", 6L, "hidden", 12L, "heads", 4L, "vocab", 17L),
          "llama",
          Map.of(
              "layers",
              3L,
              "seq",
              6L,
              "hidden",
              16L,
              "heads",
              4L,
              "kv_heads",
              2L,
              "ffn",
              20L,
              "vocab",
              17L),
          "t5",
          Map.of(
              "layers", 2L, "seq", 5L, "hidden", 12L, "heads", 4L, "head", 3L, "ffn", 16L, "vocab",
              17L));

  private PlannedBundle() {}

  /** {@code model} lowered for {@code devices} A800 under forced decisions. */
  static ProgramBundle of(
      String model, int devices, long batch, Precision precision, String force) {
    return of(model, SIZES.get(model), devices, batch, precision, Optimizer.ADAMW, force);
  }

  /** The same at other sizes. */
  static ProgramBundle of(
      String model,
      Map<String, Long> dims,
      int devices,
      long batch,
      Precision precision,
      String force) {
    return of(model, dims, devices, batch, precision, Optimizer.ADAMW, force);
  }

  /** The same with another optimizer. */
  static ProgramBundle of(
      String model,
      int devices,
      long batch,
      Precision precision,
      Optimizer optimizer,
      String force) {
    return of(model, SIZES.get(model), devices, batch, precision, optimizer, force);
  }

  private static ProgramBundle of(
      String model,
      Map<String, Long> dims,
      int devices,
      long batch,
      Precision precision,
      Optimizer optimizer,
      String force) {
    Graph graph =
        IrReader.read(
            new SourceFile(model + ".ir", read(MODELS.resolve(model + ".ir"))),
            dims,
            IncludeResolver.NONE);
    Cluster cluster =
        ClusterReader.read(
            new SourceFile("a800", read(MODELS.resolve("clusters").resolve("a800.json"))));
    PlanRequest request =
        new PlanRequest(
            graph,
            cluster.withDevices(devices),
            batch,
            precision,
            optimizer,
            PlanOptions.DEFAULT.withForced(ForceParser.parse(force)),
            new PlanHashes("0".repeat(64), "1".repeat(64)),
            ProgressListener.SILENT);
    return switch (Planner.plan(request)) {
      case PlanOutcome.Planned planned -> LowerPlan.lower(planned.plan(), graph);
      case PlanOutcome.NoPlan none -> throw new AssertionError(model + " " + force + " " + none);
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
