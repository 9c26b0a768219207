package autopar.validation;

import autopar.ir.graph.Graph;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.PlanningMemo;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks the planner about published runs. Rows of one model share its graph and what planning works
 * out about it. May be used by several threads.
 */
final class RowPricer {
  private final Validation.Models models;
  private final Path home;
  private final Map<String, Graph> graphs = new ConcurrentHashMap<>();
  private final PlanningMemo memo = new PlanningMemo();

  /** {@code home} is the folder of the shipped models and clusters. */
  RowPricer(Validation.Models models, Path home) {
    this.models = models;
    this.home = home;
  }

  /** The question whose answer is the price of {@code spec}. */
  PlanRequest request(RunSpec spec) {
    String model = RunRequest.model(spec);
    Map<String, Long> dims = RunRequest.dims(spec);
    Graph graph = graphs.computeIfAbsent(model + dims, key -> models.graph(model, dims));
    return RunRequest.of(spec, graph, home);
  }

  PlanOutcome price(RunSpec spec) {
    return Planner.price(request(spec), memo);
  }

  Path home() {
    return home;
  }
}
