package autopar.program;

import autopar.ir.type.Extent;
import java.util.List;

/**
 * How one dimension is split: over {@code axes} of the mesh, major first, in whole multiples of
 * {@code granule} elements (the inner loops of a dimension made of several).
 *
 * <p>Splits nest: the first axis cuts the dimension into parts of ceil(n / k) granules, the next
 * cuts each part in the same way, so that gathering over the last axis always gives back the split
 * without it. The longest part is ceil(n / all axes) long; the last ones may be short or empty.
 */
public record DimSplit(List<Integer> axes, Extent granule) {

  private static final Extent ONE = Extent.of(1);

  /** Not split. */
  public static final DimSplit WHOLE = new DimSplit(List.of(), ONE);

  public DimSplit {
    axes = List.copyOf(axes);
  }

  /** Split over {@code axes}, element by element. */
  public static DimSplit over(List<Integer> axes) {
    return axes.isEmpty() ? WHOLE : new DimSplit(axes, ONE);
  }

  /** The same split without its last axis. */
  public DimSplit withoutLast() {
    return axes.size() == 1 ? WHOLE : new DimSplit(axes.subList(0, axes.size() - 1), granule);
  }

  /** The split of the first {@code count} axes. */
  public DimSplit prefix(int count) {
    return count == 0 ? WHOLE : new DimSplit(axes.subList(0, count), granule);
  }

  /** Is this one of {@code other}'s prefixes? */
  public boolean isPrefixOf(DimSplit other) {
    return axes.size() <= other.axes.size() && other.prefix(axes.size()).equals(this);
  }

  /** The part of a dimension of {@code extent} elements at {@code coordinates}. */
  public Range range(long extent, long batch, int[] axisSizes, int[] coordinates) {
    long unit = granule.at(batch);
    long part = extent / unit;
    long from = 0;
    long to = extent;
    for (int axis : axes) {
      part = Math.ceilDiv(part, (long) axisSizes[axis]);
      from = Math.min(to, from + coordinates[axis] * part * unit);
      to = Math.min(to, from + part * unit);
    }
    return new Range(from, to);
  }
}
