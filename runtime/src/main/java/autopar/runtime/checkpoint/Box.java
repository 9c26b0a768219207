package autopar.runtime.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A contiguous range of indices along every dimension of a tensor. A box without dimensions is the
 * one element of a scalar; a box with a length 0 is empty.
 *
 * @param offset first index per dimension
 * @param length number of indices per dimension
 */
public record Box(List<Long> offset, List<Long> length) {

  public Box {
    offset = List.copyOf(offset);
    length = List.copyOf(length);
    if (offset.size() != length.size()) {
      throw new IllegalArgumentException("offsets " + offset + " for lengths " + length);
    }
    for (int d = 0; d < offset.size(); d++) {
      if (offset.get(d) < 0 || length.get(d) < 0 || offset.get(d) + length.get(d) < 0) {
        throw new IllegalArgumentException("no box: offsets " + offset + ", lengths " + length);
      }
    }
  }

  /** All of a tensor of {@code shape}. */
  public static Box whole(List<Long> shape) {
    return new Box(shape.stream().map(extent -> 0L).toList(), shape);
  }

  public int rank() {
    return offset.size();
  }

  /** The index after the last along dimension {@code d}. */
  public long end(int d) {
    return offset.get(d) + length.get(d);
  }

  public boolean isEmpty() {
    return length.contains(0L);
  }

  /**
   * Number of elements.
   *
   * @throws ArithmeticException beyond 2^63
   */
  public long size() {
    return isEmpty() ? 0 : length.stream().reduce(1L, Math::multiplyExact);
  }

  /** Whether this is a part of a tensor of {@code shape}. */
  public boolean fits(List<Long> shape) {
    if (shape.size() != rank()) {
      return false;
    }
    for (int d = 0; d < rank(); d++) {
      if (end(d) > shape.get(d)) {
        return false;
      }
    }
    return true;
  }

  /** What both hold, if that is anything. Both have the same rank. */
  public Optional<Box> overlap(Box other) {
    List<Long> from = new ArrayList<>();
    List<Long> lengths = new ArrayList<>();
    for (int d = 0; d < rank(); d++) {
      long low = Math.max(offset.get(d), other.offset.get(d));
      long high = Math.min(end(d), other.end(d));
      if (low >= high) {
        return Optional.empty();
      }
      from.add(low);
      lengths.add(high - low);
    }
    return Optional.of(new Box(from, lengths));
  }

  /**
   * What this box holds and {@code other} does not, as boxes without a common element: along each
   * dimension in turn, the slab before and the slab after the overlap.
   */
  public List<Box> minus(Box other) {
    if (isEmpty()) {
      return List.of();
    }
    Optional<Box> common = overlap(other);
    if (common.isEmpty()) {
      return List.of(this);
    }
    List<Box> rest = new ArrayList<>();
    Box core = this;
    for (int d = 0; d < rank(); d++) {
      long low = common.get().offset.get(d);
      long high = common.get().end(d);
      if (low > offset.get(d)) {
        rest.add(core.cut(d, offset.get(d), low));
      }
      if (high < end(d)) {
        rest.add(core.cut(d, high, end(d)));
      }
      core = core.cut(d, low, high);
    }
    return rest;
  }

  private Box cut(int dimension, long from, long to) {
    List<Long> offsets = new ArrayList<>(offset);
    List<Long> lengths = new ArrayList<>(length);
    offsets.set(dimension, from);
    lengths.set(dimension, to - from);
    return new Box(offsets, lengths);
  }

  /** As slices: {@code [0:4, 8:16]}. */
  @Override
  public String toString() {
    List<String> slices = new ArrayList<>();
    for (int d = 0; d < rank(); d++) {
      slices.add(offset.get(d) + ":" + end(d));
    }
    return "[" + String.join(", ", slices) + "]";
  }
}
