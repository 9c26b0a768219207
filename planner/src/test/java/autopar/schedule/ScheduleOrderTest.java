package autopar.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ScheduleOrderTest {

  private static String text(List<Pass> passes) {
    return passes.stream()
        .map(p ->
            (p.phase() == Phase.FORWARD ? "F" : "B")
                + p.microBatch()
                + (p.chunk() == 0 ? "" : "'" + p.chunk()))
        .collect(Collectors.joining(" "));
  }

  @Test
  void oneForwardOneBackwardWarmsUpByTheStagesBehind() {
    ScheduleOrder order = ScheduleOrder.of(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, 3, 1, 4);
    assertThat(text(order.passes(0))).isEqualTo("F0 F1 F2 B0 F3 B1 B2 B3");
    assertThat(text(order.passes(2))).isEqualTo("F0 B0 F1 B1 F2 B2 F3 B3");
  }

  @Test
  void gpipeRunsAllForwardsFirst() {
    ScheduleOrder order = ScheduleOrder.of(ScheduleKind.GPIPE, 2, 1, 3);
    assertThat(text(order.passes(1))).isEqualTo("F0 F1 F2 B0 B1 B2");
  }

  @Test
  void interleavedFollowsMegatron() {
    ScheduleOrder order = ScheduleOrder.of(ScheduleKind.INTERLEAVED, 2, 2, 4);
    assertThat(text(order.passes(0)))
        .isEqualTo("F0 F1 F0'1 F1'1 F2 B0'1 F3 B1'1 F2'1 B0 F3'1 B1 B2'1 B3'1 B2 B3");
    assertThat(text(order.passes(1)))
        .isEqualTo("F0 F1 F0'1 B0'1 F1'1 B1'1 F2 B0 F3 B1 F2'1 B2'1 F3'1 B3'1 B2 B3");
  }

  @Test
  void everyPassRunsOnceAndNothingWaitsForEver() {
    for (ScheduleKind kind : ScheduleKind.values()) {
      for (int p = 1; p <= 6; p++) {
        for (int v = 1; v <= (kind == ScheduleKind.INTERLEAVED ? 4 : 1); v++) {
          for (int m = 1; m <= 15; m++) {
            ScheduleOrder order = ScheduleOrder.of(kind, p, v, m);
            for (int s = 0; s < p; s++) {
              List<Pass> passes = order.passes(s);
              assertThat(passes).hasSize(2 * m * v);
              assertThat(new HashSet<>(passes)).hasSize(2 * m * v);
            }
            assertThat(NaiveSimulator.canFinish(order))
                .as("%s p=%d v=%d m=%d", kind, p, v, m)
                .isTrue();
          }
        }
      }
    }
  }

  @Test
  void inFlightIsTheDistanceToTheEndUnder1f1bAndEverythingUnderGpipe() {
    for (int p = 1; p <= 5; p++) {
      for (int m = 1; m <= 8; m++) {
        for (int s = 0; s < p; s++) {
          assertThat(
                  ScheduleOrder.of(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, p, 1, m).inFlightPeak(s))
              .isEqualTo(Math.min(m, p - s));
          assertThat(ScheduleOrder.of(ScheduleKind.GPIPE, p, 1, m).inFlightPeak(s)).isEqualTo(m);
        }
      }
    }
  }

  @Test
  void interleavedHoldsItsWarmupAndOneMore() {
    ScheduleOrder order = ScheduleOrder.of(ScheduleKind.INTERLEAVED, 4, 2, 16);
    for (int s = 0; s < 4; s++) {
      assertThat(order.inFlightPeak(s)).isEqualTo(2 * (3 - s) + 4 + 1);
    }
    assertThat(ScheduleOrder.of(ScheduleKind.INTERLEAVED, 4, 2, 1).inFlightPeak(0)).isEqualTo(2);
  }

  @Test
  void heldPeakWeighsChunks() {
    ScheduleOrder order = ScheduleOrder.of(ScheduleKind.INTERLEAVED, 2, 2, 4);
    // Stage 0 holds F0 F1 F2 F3 and F1' after its second forward in the steady state.
    assertThat(order.heldPeak(0, new long[] {10, 1})).isEqualTo(41);
    assertThat(ScheduleOrder.of(ScheduleKind.GPIPE, 2, 1, 3).heldPeak(0, new long[] {7}))
        .isEqualTo(21);
  }

  @Test
  void refusesVirtualStagesWithoutInterleaving() {
    assertThatThrownBy(() -> ScheduleOrder.of(ScheduleKind.GPIPE, 2, 2, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("interleaved");
    assertThatThrownBy(() -> ScheduleOrder.of(ScheduleKind.GPIPE, 0, 1, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
