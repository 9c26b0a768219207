package autopar.runtime.rank;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.program.Box;
import autopar.program.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Blocks arrive where they belong, in as few rows as there can be. */
final class BoxMoveTest {

  private final Random random = new Random(11);

  @Test
  void everyElementOfABlockMovesAndNoOther() {
    for (int trial = 0; trial < 2_000; trial++) {
      int rank = random.nextInt(5);
      List<Range> part = new ArrayList<>();
      List<Range> from = new ArrayList<>();
      List<Range> to = new ArrayList<>();
      for (int d = 0; d < rank; d++) {
        long start = random.nextInt(3);
        long end = start + (trial % 50 == 0 ? 0 : 1) + random.nextInt(3);
        part.add(new Range(start, end));
        from.add(around(start, end));
        to.add(around(start, end));
      }
      check(new Box(part), new Box(from), new Box(to));
    }
  }

  private Range around(long start, long end) {
    return random.nextBoolean()
        ? new Range(start, end)
        : new Range(random.nextInt((int) start + 1), end + random.nextInt(3));
  }

  private static void check(Box part, Box from, Box to) {
    int elements = Math.toIntExact(from.elements());
    float[] source = new float[elements + 2];
    for (int i = 0; i < elements; i++) {
      source[i + 2] = i + 1;
    }
    float[] target = new float[Math.toIntExact(to.elements()) + 3];
    float[] expected = target.clone();
    int[] at = new int[part.ranges().size()];
    for (int e = 0; e < part.elements(); e++) {
      expected[3 + position(part, to, at)] = source[2 + position(part, from, at)];
      for (int d = at.length - 1; d >= 0 && ++at[d] == part.shape()[d]; d--) {
        at[d] = 0;
      }
    }
    BoxMove.of(part, from, to).copy(source, 2, target, 3);
    assertThat(target).as("%s of %s to %s", part, from, to).isEqualTo(expected);
  }

  /** Of the element {@code at} of {@code part} in the row-major array of {@code whole}. */
  private static int position(Box part, Box whole, int[] at) {
    int position = 0;
    for (int d = 0; d < at.length; d++) {
      long index = part.ranges().get(d).from() + at[d] - whole.ranges().get(d).from();
      position = Math.toIntExact(position * whole.shape()[d] + index);
    }
    return position;
  }

  @Test
  void blocksThatAreNeighboursAreOneRow() {
    Box whole = box(0, 1, 0, 8, 0, 6);
    Box second = box(0, 1, 2, 4, 0, 6);
    assertThat(BoxMove.of(second, second, whole).writesRow(12, 12)).isTrue();
    assertThat(BoxMove.of(second, whole, second).writesRow(0, 12)).isTrue();
    assertThat(BoxMove.of(second, second, whole).writesRow(0, 12)).isFalse();
    Box columns = box(0, 1, 0, 8, 2, 4);
    assertThat(BoxMove.of(columns, columns, whole).writesRow(2, 16)).isFalse();
  }

  private static Box box(long... bounds) {
    List<Range> ranges = new ArrayList<>();
    for (int d = 0; d < bounds.length; d += 2) {
      ranges.add(new Range(bounds[d], bounds[d + 1]));
    }
    return new Box(ranges);
  }

  @Test
  void anEmptyBlockMovesNothing() {
    float[] target = {7};
    BoxMove.of(box(2, 2), box(0, 2), box(2, 3)).copy(new float[2], 0, target, 0);
    assertThat(target).isEqualTo(new float[] {7});
  }
}
