package autopar.plan;

/**
 * A complete pipeline that the search simulated: seconds of its step, and bytes on its fullest
 * device. {@code devices} are those it uses.
 */
public record ExploredLayout(
    String layout, int stages, int devices, double stepSeconds, long peakMemoryBytes) {}
