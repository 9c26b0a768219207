package autopar.validation;

import autopar.diagnostics.InvalidInput;
import autopar.ir.graph.Graph;
import autopar.planner.PlanOutcome;
import autopar.planner.Pricing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Prices published runs through the planner and compares.
 *
 * @param skipped rows that could not be priced, with the reason, in the order of the table
 * @param sources scores per source, in the order of their first row
 * @param memory what ships with the project about memory
 */
public record Validation(
    List<PricedRun> runs,
    Map<PublishedRun, String> skipped,
    Score overall,
    Map<String, Score> sources,
    List<Sweep> sweeps,
    Memory memory) {

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

    /** Facts that are predicted as they were seen. */
    public long right() {
      return facts.stream().filter(MemoryFact::isRight).count();
    }
  }

  /**
   * Prices {@code rows} and checks memory, {@code threads} questions at a time.
   *
   * @param home the folder of the shipped models and clusters
   */
  public static Validation of(List<PublishedRun> rows, Models models, Path home, int threads) {
    RowPricer pricer = new RowPricer(models, home);
    List<Callable<Answer>> tasks = new ArrayList<>();
    for (PublishedRun row : rows) {
      tasks.add(() -> price(row, pricer));
    }
    for (PublishedRun fact : PublishedRuns.facts()) {
      tasks.add(() -> fact(fact, pricer));
    }
    for (Callable<ActivationCheck> check : ActivationCheck.all(home)) {
      tasks.add(() -> new Answer.Activations(check.call()));
    }
    List<PricedRun> priced = new ArrayList<>();
    Map<PublishedRun, String> skipped = new LinkedHashMap<>();
    List<ActivationCheck> activations = new ArrayList<>();
    List<MemoryFact> facts = new ArrayList<>();
    List<PublishedRun> skippedFacts = new ArrayList<>();
    for (Answer answer : new Pricing(threads, Pricing.Listener.SILENT).all(tasks)) {
      switch (answer) {
        case Answer.Priced row -> priced.add(row.run());
        case Answer.Skipped row -> skipped.put(row.run(), row.reason());
        case Answer.Activations check -> activations.add(check.check());
        case Answer.Fact fact -> facts.add(fact.fact());
        case Answer.SkippedFact fact -> skippedFacts.add(fact.run());
      }
    }
    return of(priced, skipped, new Memory(activations, facts, skippedFacts));
  }

  private sealed interface Answer {
    record Priced(PricedRun run) implements Answer {}

    record Skipped(PublishedRun run, String reason) implements Answer {}

    record Activations(ActivationCheck check) implements Answer {}

    record Fact(MemoryFact fact) implements Answer {}

    record SkippedFact(PublishedRun run) implements Answer {}
  }

  private static Answer price(PublishedRun row, RowPricer pricer) {
    if (row.skipped().isPresent()) {
      return new Answer.Skipped(row, row.skipped().get());
    }
    PlanOutcome outcome;
    try {
      outcome = pricer.price(row.spec().orElseThrow());
    } catch (InvalidInput e) {
      return new Answer.Skipped(row, "its shape is no model: " + e.getMessage());
    }
    return switch (outcome) {
      case PlanOutcome.Planned planned ->
          new Answer.Priced(
              new PricedRun(
                  row,
                  planned.plan().predicted().stepSeconds(),
                  planned.plan().predicted().peakMemoryBytes()));
      case PlanOutcome.NoPlan none ->
          new Answer.Skipped(row, "no plan: " + String.join("; ", none.reasons()));
    };
  }

  private static Answer fact(PublishedRun run, RowPricer pricer) {
    return run.spec().isPresent()
        ? new Answer.Fact(MemoryFact.of(run, run.spec().get(), pricer))
        : new Answer.SkippedFact(run);
  }

  private static Validation of(
      List<PricedRun> priced, Map<PublishedRun, String> skipped, Memory memory) {
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
        List.copyOf(priced),
        skipped,
        Score.of(priced, skipped.size()),
        sources,
        Sweep.of(priced),
        memory);
  }
}
