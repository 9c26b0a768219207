package autopar.plan;

/**
 * Seconds of a stage spent on {@code kind}, per micro-batch or per step as the kind says: {@code
 * exposedSeconds} make the pass or the step longer, {@code hiddenSeconds} run under compute.
 */
public record TimePart(TimeKind kind, double exposedSeconds, double hiddenSeconds) {}
