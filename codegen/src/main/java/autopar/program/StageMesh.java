package autopar.program;

import autopar.plan.MeshAxis;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The ranks of a stage as a grid, row-major with the last axis fastest.
 *
 * @param ranks world ranks, as many as the axes' sizes multiply to
 */
public record StageMesh(List<MeshAxis> axes, List<Integer> ranks) {

  public StageMesh {
    axes = List.copyOf(axes);
    ranks = List.copyOf(ranks);
    long product = 1;
    for (MeshAxis axis : axes) {
      product *= axis.size();
    }
    if (product != ranks.size()) {
      throw new IllegalArgumentException(ranks.size() + " ranks on a mesh of " + product);
    }
  }

  /** Sizes by axis. */
  public int[] sizes() {
    return axes.stream().mapToInt(MeshAxis::size).toArray();
  }

  /** Where the rank at {@code position} of {@link #ranks()} stands. */
  public int[] coordinates(int position) {
    int[] at = new int[axes.size()];
    int rest = position;
    for (int axis = axes.size() - 1; axis >= 0; axis--) {
      at[axis] = rest % axes.get(axis).size();
      rest /= axes.get(axis).size();
    }
    return at;
  }

  /** Axes (bit mask) with more than one rank. */
  public int wideAxes() {
    int mask = 0;
    for (int axis = 0; axis < axes.size(); axis++) {
      mask |= axes.get(axis).size() > 1 ? 1 << axis : 0;
    }
    return mask;
  }

  /** Number of ranks along the axes in {@code mask}. */
  public int span(int mask) {
    int n = 1;
    for (int axis = 0; axis < axes.size(); axis++) {
      n *= (mask & 1 << axis) != 0 ? axes.get(axis).size() : 1;
    }
    return n;
  }

  /**
   * The ranks that differ from the one at {@code position} along the axes in {@code mask} only,
   * ascending.
   */
  public List<Integer> group(int mask, int position) {
    int[] strides = new int[axes.size()];
    int stride = 1;
    for (int axis = axes.size() - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= axes.get(axis).size();
    }
    int[] at = coordinates(position);
    int first = position;
    for (int axis = 0; axis < at.length; axis++) {
      first -= (mask & 1 << axis) != 0 ? at[axis] * strides[axis] : 0;
    }
    List<Integer> positions = List.of(first);
    for (int axis = 0; axis < at.length; axis++) {
      if ((mask & 1 << axis) != 0) {
        List<Integer> along = new ArrayList<>(positions.size() * axes.get(axis).size());
        for (int start : positions) {
          for (int step = 0; step < axes.get(axis).size(); step++) {
            along.add(start + step * strides[axis]);
          }
        }
        positions = along;
      }
    }
    List<Integer> group = new ArrayList<>(positions.size());
    positions.forEach(p -> group.add(ranks.get(p)));
    Collections.sort(group);
    return group;
  }

  /** Names of axes, major first. */
  String names(List<Integer> axisIndices) {
    return String.join(".", axisIndices.stream().map(a -> axes.get(a).name()).toList());
  }

  /** Names of the axes in {@code mask}, for messages: {@code data.tensor}. */
  public String names(int mask) {
    List<String> names = new ArrayList<>();
    for (int axis = 0; axis < axes.size(); axis++) {
      if ((mask & 1 << axis) != 0) {
        names.add(axes.get(axis).name());
      }
    }
    return String.join(".", names);
  }
}
