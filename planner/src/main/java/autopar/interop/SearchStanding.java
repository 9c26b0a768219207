package autopar.interop;

/**
 * How far a search has come: {@code done} of {@code total} pieces of {@code step}, {@code layers}
 * layer problems solved and {@code stages} stages priced so far.
 *
 * @param incumbentSeconds the fastest step found so far, infinite before there is one
 * @param boundSeconds the least bound of the micro-batches that are done, 0 before there is one; it
 *     bounds the search once all are
 */
public record SearchStanding(
    String step,
    long done,
    long total,
    long layers,
    long stages,
    double incumbentSeconds,
    double boundSeconds) {}
