package autopar.runtime.simulated;

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

/** A shipped model at a small size, or one of the tests' own, planned as asked for. */
public record PlannedModel(Graph graph, Plan plan) {

  private static final Path MODELS = Path.of(System.getProperty("autopar.home"), "models");
  private static final Path OWN_MODELS = Path.of("src/test/resources/models");

  /** {@code model} planned for {@code devices} A800 under forced decisions. */
  public static PlannedModel of(
      String model,
      Map<String, Long> dims,
      int devices,
      long batch,
      Precision precision,
      Optimizer optimizer,
      String force) {
    PlanOptions options = PlanOptions.DEFAULT.withForced(ForceParser.parse(force));
    return of(model, dims, devices, batch, precision, optimizer, options);
  }

  static PlannedModel of(
      String model,
      Map<String, Long> dims,
      int devices,
      long batch,
      Precision precision,
      Optimizer optimizer,
      PlanOptions options) {
    Graph graph = graph(model, dims);
    PlanRequest request =
        new PlanRequest(
            graph,
            cluster("a800").withDevices(devices),
            batch,
            precision,
            optimizer,
            options,
            new PlanHashes("0".repeat(64), "1".repeat(64)),
            ProgressListener.SILENT);
    return switch (Planner.plan(request)) {
      case PlanOutcome.Planned planned -> new PlannedModel(graph, planned.plan());
      case PlanOutcome.NoPlan none -> throw new AssertionError(model + " " + none);
    };
  }

  static Graph graph(String model, Map<String, Long> dims) {
    Path shipped = MODELS.resolve(model + ".ir");
    Path file = Files.exists(shipped) ? shipped : OWN_MODELS.resolve(model + ".ir");
    SourceFile source = new SourceFile(model + ".ir", read(file));
    return IrReader.read(source, dims, IncludeResolver.NONE);
  }

  static Cluster cluster(String name) {
    Path file = MODELS.resolve("clusters").resolve(name + ".json");
    return ClusterReader.read(new SourceFile(name, read(file)));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
