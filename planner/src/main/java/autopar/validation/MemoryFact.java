package autopar.validation;

import autopar.diagnostics.CompilerBug;
import autopar.ir.graph.Graph;
import autopar.planner.PlanOutcome;
import autopar.planner.Planner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A run that was published because it fitted or ran out of memory, and what the planner predicts.
 *
 * @param predictedBytes on the fullest device
 * @param usableBytes of a device
 */
public record MemoryFact(PublishedRun run, long predictedBytes, long usableBytes) {

  /** Prices all facts that ship with the project and that the language can express. */
  static List<MemoryFact> all(Validation.Models models, Path home) {
    List<MemoryFact> facts = new ArrayList<>();
    for (PublishedRun run : PublishedRuns.facts()) {
      if (run.spec().isEmpty()) {
        continue;
      }
      RunSpec spec = run.spec().get();
      Graph graph = models.graph(RunRequest.model(spec), RunRequest.dims(spec));
      long bytes =
          switch (Planner.plan(RunRequest.of(spec, graph, home))) {
            case PlanOutcome.Planned planned -> planned.plan().predicted().peakMemoryBytes();
            case PlanOutcome.NoPlan none ->
                throw new CompilerBug("memory facts", run.id(), String.join("; ", none.reasons()));
          };
      facts.add(new MemoryFact(run, bytes, RunCluster.of(spec, home).usableBytes()));
    }
    return List.copyOf(facts);
  }

  /** Whether it was seen to fit. */
  public boolean fits() {
    return run.fits().orElseThrow();
  }

  /** Whether the prediction fits. */
  public boolean predictedToFit() {
    return predictedBytes <= usableBytes;
  }

  /** True where the prediction says what was seen. */
  public boolean isRight() {
    return fits() == predictedToFit();
  }

  /** Signed error of the peak, where it was measured. */
  public OptionalDouble memoryError() {
    return new PricedRun(run, 0, predictedBytes).memoryError();
  }
}
