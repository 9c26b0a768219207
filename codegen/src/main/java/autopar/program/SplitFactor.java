package autopar.program;

import autopar.ir.type.Extent;
import java.util.List;

/**
 * A loop of an op that is split over ranks.
 *
 * @param name of the factor in the op's rule
 * @param axes of the mesh, major first
 * @param averaged whether a mean of the op is taken over this loop
 */
public record SplitFactor(String name, Extent extent, List<Integer> axes, boolean averaged) {

  public SplitFactor {
    axes = List.copyOf(axes);
  }

  /** The part of the loop at {@code coordinates}. */
  public Range range(long batch, int[] axisSizes, int[] coordinates) {
    return DimSplit.over(axes).range(extent.at(batch), batch, axisSizes, coordinates);
  }
}
