package autopar.validation;

import autopar.diagnostics.CompilerBug;
import autopar.planner.PlanOutcome;
import java.util.OptionalDouble;

/**
 * A run that was published because it fitted or ran out of memory, and what the planner predicts.
 *
 * @param predictedBytes on the fullest device
 * @param usableBytes of a device
 */
public record MemoryFact(PublishedRun run, long predictedBytes, long usableBytes) {

  /** Prices {@code run}, whose layout is {@code spec}. */
  static MemoryFact of(PublishedRun run, RunSpec spec, RowPricer pricer) {
    long bytes =
        switch (pricer.price(spec)) {
          case PlanOutcome.Planned planned -> planned.plan().predicted().peakMemoryBytes();
          case PlanOutcome.NoPlan none ->
              throw new CompilerBug("memory facts", run.id(), String.join("; ", none.reasons()));
        };
    return new MemoryFact(run, bytes, RunCluster.of(spec, pricer.home()).usableBytes());
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
