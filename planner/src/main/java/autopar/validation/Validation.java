package autopar.validation;

import autopar.diagnostics.InvalidInput;
import autopar.ir.graph.Graph;
import autopar.planner.PlanOutcome;
import autopar.planner.Planner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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

  /**
   * Memory: published activation formulas, and runs that fitted or did not.
   *
   * @param skipped facts that cannot be priced
   */
  public record Memory(
      List<ActivationCheck> activations, List<MemoryFact> facts, List<PublishedRun> skipped) {

    /** Checks what ships with the project. */
    public static Memory of(Models models, Path home) {
      return new Memory(
          ActivationCheck.all(home),
          MemoryFact.all(models, home),
          PublishedRuns.facts().stream().filter(run -> run.skipped().isPresent()).toList());
    }

    /** Facts that are predicted as they were seen. */
    public long right() {
      return facts.stream().filter(MemoryFact::isRight).count();
    }
  }

  /**
   * Prices {@code rows}, {@code threads} at a time.
   *
   * @param home the folder of the shipped models and clusters
   */
  public static Validation of(List<PublishedRun> rows, Models models, Path home, int threads) {
    Map<String, Graph> graphs = new ConcurrentHashMap<>();
    List<Callable<Answer>> tasks = new ArrayList<>();
    for (PublishedRun row : rows) {
      tasks.add(() -> price(row, models, graphs, home));
    }
    List<PricedRun> priced = new ArrayList<>();
    Map<PublishedRun, String> skipped = new LinkedHashMap<>();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Answer>> answers = executor.invokeAll(tasks);
      for (int i = 0; i < answers.size(); i++) {
        switch (answers.get(i).get()) {
          case Answer.Priced answer -> priced.add(answer.run());
          case Answer.Skipped answer -> skipped.put(rows.get(i), answer.reason());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } finally {
      executor.shutdownNow();
    }
    return of(priced, skipped);
  }

  private sealed interface Answer {
    record Priced(PricedRun run) implements Answer {}

    record Skipped(String reason) implements Answer {}
  }

  private static Answer price(
      PublishedRun row, Models models, Map<String, Graph> graphs, Path home) {
    if (row.skipped().isPresent()) {
      return new Answer.Skipped(row.skipped().get());
    }
    RunSpec spec = row.spec().orElseThrow();
    String model = RunRequest.model(spec);
    Map<String, Long> dims = RunRequest.dims(spec);
    Graph graph;
    try {
      graph = graphs.computeIfAbsent(model + dims, key -> models.graph(model, dims));
    } catch (InvalidInput e) {
      return new Answer.Skipped("its shape is no model: " + e.getMessage());
    }
    return switch (Planner.plan(RunRequest.of(spec, graph, home))) {
      case PlanOutcome.Planned planned ->
          new Answer.Priced(
              new PricedRun(
                  row,
                  planned.plan().predicted().stepSeconds(),
                  planned.plan().predicted().peakMemoryBytes()));
      case PlanOutcome.NoPlan none ->
          new Answer.Skipped("no plan: " + String.join("; ", none.reasons()));
    };
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
