package autopar.planner;

import java.util.Comparator;
import java.util.Locale;

/**
 * A change that makes a request fit, verified by planning it.
 *
 * @param words the change in words
 * @param options the change as options of {@code compile}, empty where it is several
 * @param sameTraining whether the same model is trained with the same arithmetic and batch
 * @param devices devices it needs
 * @param stepSeconds seconds of a step then
 * @param samplesPerSecond samples in a second then
 */
public record WayOut(
    String words,
    String options,
    boolean sameTraining,
    int devices,
    double stepSeconds,
    double samplesPerSecond) {

  /** What keeps the training as it is first, and of that what costs a sample least. */
  public static final Comparator<WayOut> CHEAPEST_FIRST =
      Comparator.comparing((WayOut way) -> !way.sameTraining())
          .thenComparingDouble(WayOut::deviceSecondsPerSample);

  /** What a sample costs. */
  public double deviceSecondsPerSample() {
    return devices / samplesPerSecond;
  }

  /** For instance {@code use at least 13 devices (--devices 13): fits, 360.1 s per step}. */
  public String sentence() {
    return String.format(
        Locale.ROOT,
        "%s%s: fits, %.4g s per step",
        words,
        options.isEmpty() ? "" : " (" + options + ")",
        stepSeconds);
  }
}
