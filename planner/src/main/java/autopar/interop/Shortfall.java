package autopar.interop;

import java.util.Comparator;

/**
 * What the layout that comes closest to fitting lacks.
 *
 * @param bytes missing on the worst device; infinite where no layout was priced at all
 * @param stage the stage of that device
 * @param layout the layout in words, for instance {@code 4 stages of data x tensor 3x2}
 * @param microBatch samples that enter a stage together
 */
public record Shortfall(double bytes, int stage, String layout, int microBatch) {

  /** Nothing was priced. */
  public static final Shortfall UNKNOWN = new Shortfall(Double.POSITIVE_INFINITY, 0, "", 0);

  /** The one that lacks less first. */
  static final Comparator<Shortfall> LEAST = Comparator.comparingDouble(Shortfall::bytes);

  /** Is a layout known that would fit with more memory? */
  public boolean isKnown() {
    return Double.isFinite(bytes) && bytes > 0;
  }
}
