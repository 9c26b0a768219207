package autopar.validation;

import autopar.ir.graph.Graph;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prices published runs through the planner and compares.
 *
 * @param skipped rows that could not be priced, with the reason, in the order of the table
 * @param sources scores per source, in the order of their first row
 */
public record Validation(
    List<PricedRun> runs,
    Map<PublishedRun, String> skipped,
    Score overall,
    Map<String, Score> sources,
    List<Sweep> sweeps) {

  /** Gives the graph of a file in models/ with dims overridden. */
  public interface Models {
    /** The graph of {@code model} with {@code dims}. */
    Graph graph(String model, Map<String, Long> dims);
  }

  /** Prices {@code rows}; {@code home} holds the cluster files. */
  public static Validation of(List<PublishedRun> rows, Models models, Path home) {
    Map<String, Graph> graphs = new HashMap<>();
    List<PricedRun> priced = new ArrayList<>();
    Map<PublishedRun, String> skipped = new LinkedHashMap<>();
    for (PublishedRun row : rows) {
      if (row.skipped().isPresent()) {
        skipped.put(row, row.skipped().get());
        continue;
      }
      RunSpec spec = row.spec().orElseThrow();
      String model = RunRequest.model(spec);
      Map<String, Long> dims = RunRequest.dims(spec);
      Graph graph = graphs.computeIfAbsent(model + dims, key -> models.graph(model, dims));
      PlanRequest request = RunRequest.of(spec, graph, home);
      switch (Planner.plan(request)) {
        case PlanOutcome.Planned planned ->
            priced.add(
                new PricedRun(
                    row,
                    planned.plan().predicted().stepSeconds(),
                    planned.plan().predicted().peakMemoryBytes()));
        case PlanOutcome.NoPlan none ->
            skipped.put(row, "no plan: " + String.join("; ", none.reasons()));
      }
    }
    return of(priced, skipped);
  }

  private static Validation of(List<PricedRun> priced, Map<PublishedRun, String> skipped) {
    Map<String, List<PricedRun>> bySource = new LinkedHashMap<>();
    Map<String, Integer> skippedBySource = new HashMap<>();
    for (PricedRun run : priced) {
      bySource.computeIfAbsent(run.run().source(), s -> new ArrayList<>()).add(run);
    }
    for (PublishedRun row : skipped.keySet()) {
      bySource.computeIfAbsent(row.source(), s -> new ArrayList<>());
      skippedBySource.merge(row.source(), 1, Integer::sum);
    }
    Map<String, Score> sources = new LinkedHashMap<>();
    bySource.forEach((source, runs) ->
        sources.put(source, Score.of(runs, skippedBySource.getOrDefault(source, 0))));
    return new Validation(
        List.copyOf(priced), skipped, Score.of(priced, skipped.size()), sources, Sweep.of(priced));
  }
}
