package autopar.runtime.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BoxTest {

  @Test
  void whatIsLeftOfABoxHasEveryOtherElementOnce() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      int rank = random.nextInt(4);
      Box a = random(random, rank);
      Box b = random(random, rank);
      List<List<Long>> expected = new ArrayList<>(elements(a));
      expected.removeAll(elements(b));
      List<List<Long>> rest = a.minus(b).stream().flatMap(box -> elements(box).stream()).toList();
      assertThat(rest).as("%s minus %s", a, b).containsExactlyInAnyOrderElementsOf(expected);
      List<List<Long>> common = new ArrayList<>(elements(a));
      common.retainAll(elements(b));
      assertThat(a.overlap(b).map(BoxTest::elements).orElse(List.of())).isEqualTo(common);
    }
  }

  @Test
  void aScalarIsOneElementAndALengthOfZeroNone() {
    assertThat(Box.whole(List.of()).size()).isEqualTo(1);
    assertThat(Box.whole(List.of()).minus(Box.whole(List.of()))).isEmpty();
    assertThat(Box.whole(List.of(4L, 0L, Long.MAX_VALUE, 8L)).size()).isZero();
  }

  @Test
  void whatIsNoBoxIsRefused() {
    assertThatThrownBy(() -> new Box(List.of(0L), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Box(List.of(-1L), List.of(2L)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Box(List.of(1L), List.of(Long.MAX_VALUE)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new Box(List.of(2L), List.of(3L)).fits(List.of(5L))).isTrue();
    assertThat(new Box(List.of(2L), List.of(3L)).fits(List.of(4L))).isFalse();
    assertThat(new Box(List.of(2L), List.of(3L)).fits(List.of(5L, 1L))).isFalse();
  }

  private static Box random(Random random, int rank) {
    List<Long> offset = new ArrayList<>();
    List<Long> length = new ArrayList<>();
    for (int d = 0; d < rank; d++) {
      offset.add((long) random.nextInt(5));
      length.add((long) random.nextInt(5));
    }
    return new Box(offset, length);
  }

  private static List<List<Long>> elements(Box box) {
    List<List<Long>> elements = List.of(List.of());
    for (int d = 0; d < box.rank(); d++) {
      List<List<Long>> longer = new ArrayList<>();
      for (List<Long> prefix : elements) {
        for (long i = box.offset().get(d); i < box.end(d); i++) {
          List<Long> index = new ArrayList<>(prefix);
          index.add(i);
          longer.add(index);
        }
      }
      elements = longer;
    }
    return elements;
  }
}
