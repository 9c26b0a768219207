package autopar.runtime.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Operands come back only after all others. */
final class TurnsTest {

  @Test
  void allOthersComeBefore() {
    AtomicInteger made = new AtomicInteger();
    Turns<Integer> turns = new Turns<>(16 << 20, made::getAndIncrement);
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      taken.add(turns.take());
    }
    assertThat(taken).containsExactly(0, 1, 2, 3, 0, 1);
  }

  @Test
  void largeOperandsStillTakeTurns() {
    AtomicInteger made = new AtomicInteger();
    Turns<Integer> turns = new Turns<>(1L << 30, made::getAndIncrement);
    assertThat(List.of(turns.take(), turns.take(), turns.take())).containsExactly(0, 1, 0);
  }

  @Test
  void whatComesBeforeACallIsNotCounted() {
    double[] sink = new double[1];
    Runnable slow =
        () -> {
          for (int i = 0; i < 20_000_000; i++) {
            sink[0] += i;
          }
        };
    double alone = CpuClock.ofCalls(3, 1, slow);
    double after = CpuClock.ofCallsAfter(5, slow, () -> sink[0]++);
    assertThat(after).isLessThan(alone / 10);
  }
}
