package autopar.runtime.rank;

import autopar.program.Box;

/** The elements of a block of a larger tensor. */
final class BlockElements {

  private BlockElements() {}

  /** Takes an element by its row-major index in the block and in the whole tensor. */
  @FunctionalInterface
  interface Visitor {
    void at(int local, long whole);
  }

  /** Visits the elements of {@code box} in order. */
  static void forEach(Box box, long[] whole, Visitor visitor) {
    int[] shape = box.shape();
    int[] at = new int[shape.length];
    long elements = box.elements();
    for (int local = 0; local < elements; local++) {
      long index = 0;
      for (int d = 0; d < shape.length; d++) {
        index = index * whole[d] + box.ranges().get(d).from() + at[d];
      }
      visitor.at(local, index);
      for (int d = shape.length - 1; d >= 0 && ++at[d] == shape[d]; d--) {
        at[d] = 0;
      }
    }
  }
}
