package autopar.program;

import java.util.ArrayList;
import java.util.List;

/** A block of a tensor: an index range per dimension. */
public record Box(List<Range> ranges) {

  public Box {
    ranges = List.copyOf(ranges);
  }

  /** Number of elements. */
  public long elements() {
    long n = 1;
    for (Range range : ranges) {
      n *= range.length();
    }
    return n;
  }

  /** Lengths per dimension. */
  public int[] shape() {
    return ranges.stream().mapToInt(r -> Math.toIntExact(r.length())).toArray();
  }

  public boolean isEmpty() {
    return elements() == 0;
  }

  /** Is there an element that both hold? */
  public boolean meets(Box other) {
    for (int d = 0; d < ranges.size(); d++) {
      Range a = ranges.get(d);
      Range b = other.ranges.get(d);
      if (Math.max(a.from(), b.from()) >= Math.min(a.to(), b.to())) {
        return false;
      }
    }
    return true;
  }

  /** Does this hold all of {@code other}? */
  public boolean holds(Box other) {
    for (int d = 0; d < ranges.size(); d++) {
      Range a = ranges.get(d);
      Range b = other.ranges.get(d);
      if (b.from() < a.from() || b.to() > a.to()) {
        return false;
      }
    }
    return true;
  }

  /** What both hold. */
  public Box and(Box other) {
    List<Range> both = new ArrayList<>(ranges.size());
    for (int d = 0; d < ranges.size(); d++) {
      both.add(ranges.get(d).and(other.ranges.get(d)));
    }
    return new Box(both);
  }

  /** The same block counted from the start of {@code origin}. */
  public Box relativeTo(Box origin) {
    List<Range> moved = new ArrayList<>(ranges.size());
    for (int d = 0; d < ranges.size(); d++) {
      moved.add(ranges.get(d).relativeTo(origin.ranges.get(d).from()));
    }
    return new Box(moved);
  }
}
