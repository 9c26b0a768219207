package autopar.validation;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One row: a published run with what it measured, or why it cannot be priced.
 *
 * @param source title of the publication
 * @param place table, file or line in it
 * @param spec what ran; empty where the row cannot be priced
 * @param skipped why the row cannot be priced; empty where it can
 * @param measuredSeconds of one training step
 * @param measuredPeakBytes on the fullest device, where it was published
 * @param fits whether the run fitted, where that was published
 * @param strict true for rows that were read in the source with their layout
 */
public record PublishedRun(
    String id,
    String source,
    String place,
    Optional<RunSpec> spec,
    Optional<String> skipped,
    double measuredSeconds,
    OptionalDouble measuredPeakBytes,
    Optional<Boolean> fits,
    boolean strict) {

  public PublishedRun {
    if (spec.isPresent() == skipped.isPresent()) {
      throw new IllegalArgumentException(id + " is either priced or skipped");
    }
  }
}
