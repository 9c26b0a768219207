package autopar.strategy;

import java.util.ArrayList;
import java.util.List;

/**
 * The sharding of one tensor on a mesh of up to three axes, packed into an int: four bits per axis,
 * holding the tensor dimension the axis splits, {@link #PARTIAL} or {@link #REPLICATED}.
 *
 * <p>Two axes on one dimension split it in mesh order, the first axis major.
 */
public final class AxisCode {

  /** The tensor is a sum over the axis that has not been reduced yet. */
  public static final int PARTIAL = 14;

  /** Every position along the axis holds the same data. */
  public static final int REPLICATED = 15;

  /** The code that is replicated over every axis. */
  public static final int ALL_REPLICATED = 0xFFF;

  private AxisCode() {}

  /** What {@code axis} does: a dimension, {@link #PARTIAL} or {@link #REPLICATED}. */
  public static int at(int code, int axis) {
    return (code >>> (4 * axis)) & 15;
  }

  /** The code with {@code axis} set to {@code place}. */
  public static int with(int code, int axis, int place) {
    return (code & ~(15 << (4 * axis))) | (place << (4 * axis));
  }

  /** True when {@code axis} splits a dimension. */
  public static boolean splits(int code, int axis) {
    return at(code, axis) < PARTIAL;
  }

  /** The code after every partial axis has been all-reduced. */
  public static int complete(int code) {
    int result = code;
    for (int axis = 0; axis < 3; axis++) {
      if (at(code, axis) == PARTIAL) {
        result = with(result, axis, REPLICATED);
      }
    }
    return result;
  }

  /** The axes (bit mask) over which the tensor is partial. */
  public static int partialAxes(int code) {
    int mask = 0;
    for (int axis = 0; axis < 3; axis++) {
      if (at(code, axis) == PARTIAL) {
        mask |= 1 << axis;
      }
    }
    return mask;
  }

  /** The number of shards the axes of {@code sizes} cut the tensor into. */
  public static long shards(int code, int[] sizes) {
    long shards = 1;
    for (int axis = 0; axis < sizes.length; axis++) {
      if (splits(code, axis)) {
        shards *= sizes[axis];
      }
    }
    return shards;
  }

  /** Axis names per dimension, major first, for a tensor of {@code rank} dimensions. */
  public static List<List<String>> dims(int code, int rank, List<String> axisNames) {
    List<List<String>> dims = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      List<String> names = new ArrayList<>();
      for (int axis = 0; axis < axisNames.size(); axis++) {
        if (at(code, axis) == d) {
          names.add(axisNames.get(axis));
        }
      }
      dims.add(names);
    }
    return dims;
  }
}
