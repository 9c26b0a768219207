package autopar.lowering;

import autopar.program.Layout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The values of a body that exist so far, each in one buffer or in several that lie differently.
 * Whoever needs a value in a layout gets the buffer that has it, or a new one made from the
 * nearest: readers that agree share what they gather.
 */
final class Copies {

  private final StageWriter writer;
  private final Reshard reshard;
  private final Map<Integer, List<Integer>> copies = new HashMap<>();
  private final IntFunction<Layout> hubs;

  /**
   * An empty set of values.
   *
   * @param hubs the layout that all readers of a value start from, or null where it has none
   */
  Copies(StageWriter writer, IntFunction<Layout> hubs) {
    this.writer = writer;
    this.reshard = new Reshard(writer);
    this.hubs = hubs;
  }

  /** Value {@code value} is in {@code buffer}. */
  void put(int value, int buffer) {
    copies.computeIfAbsent(value, v -> new ArrayList<>()).add(buffer);
  }

  /** Is there a buffer that holds the value in {@code layout}? */
  boolean has(int value, Layout layout) {
    return copies.containsKey(value) && find(value, layout) >= 0;
  }

  /** The buffer in which the value was made. */
  int home(int value) {
    return copies.get(value).getFirst();
  }

  /** All buffers that hold the value. */
  List<Integer> all(int value) {
    return copies.get(value);
  }

  /** A buffer that holds the value in {@code layout}. */
  int get(int value, Layout layout) {
    Layout hub = hubs.apply(value);
    if (hub != null && find(value, layout) < 0 && find(value, hub) < 0) {
      make(value, hub);
    }
    int found = find(value, layout);
    return found >= 0 ? found : make(value, layout);
  }

  private int find(int value, Layout layout) {
    for (int copy : copies.get(value)) {
      if (writer.layout(copy).equals(layout)) {
        return copy;
      }
    }
    return -1;
  }

  private int make(int value, Layout layout) {
    int made = reshard.to(nearest(value, layout), layout);
    put(value, made);
    return made;
  }

  /** A copy that only has to be cut, or else a complete one, or else the first. */
  private int nearest(int value, Layout layout) {
    List<Integer> all = copies.get(value);
    for (int copy : all) {
      if (cuts(writer.layout(copy), layout)) {
        return copy;
      }
    }
    for (int copy : all.reversed()) {
      if (!writer.layout(copy).isPartial()) {
        return copy;
      }
    }
    return all.getFirst();
  }

  private static boolean cuts(Layout from, Layout to) {
    if (from.isPartial() || to.isPartial()) {
      return false;
    }
    for (int d = 0; d < from.dims().size(); d++) {
      if (!from.dims().get(d).isPrefixOf(to.dims().get(d))) {
        return false;
      }
    }
    return true;
  }
}
