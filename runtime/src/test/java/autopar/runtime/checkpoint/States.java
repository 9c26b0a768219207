package autopar.runtime.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Training states whose every value is known, and ways to cut tensors into boxes. */
final class States {

  private States() {}

  /** The values of a box of the tensor {@code name} of {@code shape} after {@code step} steps. */
  static float[] values(String name, List<Long> shape, Box box, long step) {
    float[] values = new float[(int) box.size()];
    long[] index = new long[box.rank()];
    for (int i = 0; i < values.length; i++) {
      long rest = i;
      long position = 0;
      for (int d = box.rank() - 1; d >= 0; d--) {
        index[d] = box.offset().get(d) + rest % box.length().get(d);
        rest /= box.length().get(d);
      }
      for (int d = 0; d < box.rank(); d++) {
        position = position * shape.get(d) + index[d];
      }
      // Exact in fp32, and no two steps, names or positions share one by accident.
      values[i] = (position * 31 + step * 7 + Math.floorMod(name.hashCode(), 101)) % 16_777_213L;
    }
    return values;
  }

  static Piece piece(String name, List<Long> shape, Box box, long step) {
    return new Piece(name, shape, box, values(name, shape, box, step));
  }

  /** Boxes that hold every element of a tensor once; some may be empty. */
  static List<Box> partition(List<Long> shape, Random random) {
    List<Box> boxes = List.of(Box.whole(shape));
    for (int cut = random.nextInt(5); cut > 0 && !shape.isEmpty(); cut--) {
      int dimension = random.nextInt(shape.size());
      List<Box> finer = new ArrayList<>();
      for (Box box : boxes) {
        long at = random.nextLong(box.length().get(dimension) + 1);
        finer.add(part(box, dimension, 0, at));
        finer.add(part(box, dimension, at, box.length().get(dimension) - at));
      }
      boxes = finer;
    }
    return boxes;
  }

  static Box part(Box box, int dimension, long from, long count) {
    List<Long> offset = new ArrayList<>(box.offset());
    List<Long> length = new ArrayList<>(box.length());
    offset.set(dimension, offset.get(dimension) + from);
    length.set(dimension, count);
    return new Box(offset, length);
  }
}
