package autopar.program;

import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a tensor lies on the mesh of a stage: the split of each dimension, and the axes (bit mask)
 * over which every rank holds a summand. Axes that are in neither hold copies. Axes of size 1 never
 * appear.
 */
public record Layout(List<DimSplit> dims, int partial) {

  public Layout {
    dims = List.copyOf(dims);
  }

  /** Whole on every rank. */
  public static Layout replicated(int rank) {
    return new Layout(Collections.nCopies(rank, DimSplit.WHOLE), 0);
  }

  /** The same layout once every sum is taken. */
  public Layout complete() {
    return new Layout(dims, 0);
  }

  /** The same dimensions, summed over other axes. */
  public Layout withPartial(int axes) {
    return new Layout(dims, axes);
  }

  /** The same layout with dimension {@code d} split in another way. */
  public Layout with(int d, DimSplit split) {
    List<DimSplit> changed = new ArrayList<>(dims);
    changed.set(d, split);
    return new Layout(changed, partial);
  }

  /** The layout with one more dimension. */
  public Layout append(DimSplit split) {
    List<DimSplit> longer = new ArrayList<>(dims);
    longer.add(split);
    return new Layout(longer, partial);
  }

  /** The layout of sums over dimension {@code d}: summands over the axes that split it. */
  public Layout summed(int d) {
    List<DimSplit> shorter = new ArrayList<>(dims);
    int axes = new Layout(List.of(shorter.remove(d)), 0).splitAxes();
    return new Layout(shorter, partial | axes);
  }

  public boolean isPartial() {
    return partial != 0;
  }

  /** Axes (bit mask) that split some dimension. */
  public int splitAxes() {
    int mask = 0;
    for (DimSplit dim : dims) {
      for (int axis : dim.axes()) {
        mask |= 1 << axis;
      }
    }
    return mask;
  }

  /** The block of a tensor of {@code type} that the rank at {@code coordinates} holds. */
  public Box box(TensorType type, long batch, int[] axisSizes, int[] coordinates) {
    List<Range> ranges = new ArrayList<>(dims.size());
    for (int d = 0; d < dims.size(); d++) {
      long extent = type.shape().get(d).at(batch);
      ranges.add(dims.get(d).range(extent, batch, axisSizes, coordinates));
    }
    return new Box(ranges);
  }
}
