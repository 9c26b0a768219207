package autopar.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PipelineSimulatorTest {
  private static final double EXACT = 1e-9;

  private static double[] all(int n, double value) {
    double[] values = new double[n];
    Arrays.fill(values, value);
    return values;
  }

  private static double[] random(Random random, int n, double scale) {
    return random.doubles(n, 0, scale).toArray();
  }

  private static double balanced(ScheduleKind kind, int p, int v, int m, double f, double b) {
    double[] none = new double[p * v];
    return PipelineSimulator.stepSeconds(
        kind, v, m, all(p * v, f / v), all(p * v, b / v), none, none);
  }

  @Test
  void balancedStagesFollowTheClosedForm() {
    for (int p = 1; p <= 8; p++) {
      for (int m = 1; m <= 20; m++) {
        double expected = (m + p - 1) * (1.0 + 2.0);
        assertThat(balanced(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, p, 1, m, 1, 2))
            .isCloseTo(expected, within(EXACT));
        assertThat(balanced(ScheduleKind.GPIPE, p, 1, m, 1, 2)).isCloseTo(expected, within(EXACT));
      }
    }
  }

  @Test
  void interleavingDividesTheBubbleByTheChunks() {
    for (int p = 2; p <= 5; p++) {
      for (int v = 2; v <= 4; v++) {
        for (int groups = 1; groups <= 4; groups++) {
          int m = groups * p;
          double step = balanced(ScheduleKind.INTERLEAVED, p, v, m, 1, 2);
          double ideal = m * 3.0;
          assertThat((step - ideal) / ideal)
              .as("p=%d v=%d m=%d", p, v, m)
              .isCloseTo((p - 1.0) / (v * m), within(EXACT));
        }
      }
    }
  }

  @Test
  void anIncompleteGroupCostsAtMostTheCompleteOne() {
    for (int p = 2; p <= 5; p++) {
      for (int v = 2; v <= 3; v++) {
        for (int m = 1; m <= 3 * p; m++) {
          double step = balanced(ScheduleKind.INTERLEAVED, p, v, m, 1, 2);
          int padded = Math.ceilDiv(m, p) * p;
          assertThat(step)
              .isLessThanOrEqualTo(balanced(ScheduleKind.INTERLEAVED, p, v, padded, 1, 2) + EXACT)
              .isGreaterThanOrEqualTo(m * 3.0 - EXACT);
        }
      }
    }
  }

  @Test
  void agreesWithRelaxationOnRandomPipelines() {
    Random random = new Random(7);
    for (int trial = 0; trial < 400; trial++) {
      ScheduleKind kind = ScheduleKind.values()[random.nextInt(3)];
      int p = 1 + random.nextInt(5);
      int v = kind == ScheduleKind.INTERLEAVED ? 1 + random.nextInt(3) : 1;
      int m = 1 + random.nextInt(9);
      double[] f = random(random, p * v, 2);
      double[] b = random(random, p * v, 4);
      double[] sf = random(random, p * v, trial % 3 == 0 ? 3 : 0.3);
      double[] sb = random(random, p * v, trial % 3 == 1 ? 3 : 0.3);
      for (Transfers transfers : Transfers.values()) {
        Timeline timeline = PipelineSimulator.simulate(kind, v, m, f, b, sf, sb, transfers);
        double naive =
            NaiveSimulator.stepSeconds(ScheduleOrder.of(kind, p, v, m), f, b, sf, sb, transfers);
        assertThat(timeline.stepSeconds())
            .as("%s p=%d v=%d m=%d %s", kind, p, v, m, transfers)
            .isCloseTo(naive, within(EXACT));
      }
    }
  }

  @Test
  void theBoundNeverExceedsTheStep() {
    Random random = new Random(11);
    for (int trial = 0; trial < 1000; trial++) {
      ScheduleKind kind = ScheduleKind.values()[random.nextInt(3)];
      int p = 1 + random.nextInt(8);
      int v = kind == ScheduleKind.INTERLEAVED ? 1 + random.nextInt(3) : 1;
      int m = 1 + random.nextInt(20);
      double[] f = random(random, p * v, 2);
      double[] b = random(random, p * v, 4);
      double[] send = random(random, p * v, 0.01 + random.nextInt(2));
      double step = PipelineSimulator.stepSeconds(kind, v, m, f, b, send, send);
      assertThat(PipelineBound.seconds(v, m, f, b)).isLessThanOrEqualTo(step + EXACT);
    }
  }

  @Test
  void theBoundIsTightForBalancedStages() {
    assertThat(PipelineBound.seconds(1, 12, all(4, 1), all(4, 2)))
        .isCloseTo((12 + 3) * 3.0, within(EXACT));
  }

  @Test
  void transfersUnderComputeAreFreeUntilTheyAreLongerThanIt() {
    double[] f = all(2, 1);
    double[] b = all(2, 1);
    // Both stages alternate; a transfer of 1 s fits beside the other stage's work under gpipe.
    double hidden =
        PipelineSimulator.stepSeconds(ScheduleKind.GPIPE, 1, 10, f, b, all(2, 1), all(2, 1));
    assertThat(hidden).isCloseTo((10 + 1) * 2.0 + 2, within(EXACT));
    double link =
        PipelineSimulator.stepSeconds(ScheduleKind.GPIPE, 1, 10, f, b, all(2, 3), all(2, 0));
    assertThat(link).isCloseTo(1 + 10 * 3 + 1 + 10 + 1, within(EXACT));
  }

  @Test
  void blockingTransfersCostTheSenderTime() {
    double[] send = all(3, 0.25);
    double[] f = all(3, 1);
    double[] b = all(3, 2);
    double overlapped = PipelineSimulator.stepSeconds(ScheduleKind.GPIPE, 1, 32, f, b, send, send);
    double blocking =
        PipelineSimulator.stepSeconds(
            ScheduleKind.GPIPE, 1, 32, f, b, send, send, Transfers.BLOCKING, new double[3]);
    // The middle stage sends both ways for every micro-batch.
    assertThat(blocking - overlapped).isCloseTo(32 * 0.5 - 0.5, within(1.0));
  }

  @Test
  void tailsCountFromEachStagesOwnEnd() {
    double[] f = all(2, 1);
    double[] none = new double[2];
    double step =
        PipelineSimulator.stepSeconds(
            ScheduleKind.ONE_FORWARD_ONE_BACKWARD,
            1,
            3,
            f,
            f,
            none,
            none,
            Transfers.OVERLAPPED,
            new double[] {0.5, 1.25});
    // The last stage ends one backward before the first: its longer tail decides by 0.25.
    assertThat(step).isCloseTo((3 + 1) * 2.0 + 0.5, within(EXACT));
  }

  @Test
  void theTimelineAccountsForEverySecond() {
    Random random = new Random(3);
    double[] f = random(random, 6, 1);
    double[] b = random(random, 6, 2);
    double[] send = random(random, 6, 0.5);
    Timeline timeline =
        PipelineSimulator.simulate(
            ScheduleKind.INTERLEAVED, 2, 7, f, b, send, send, Transfers.OVERLAPPED);
    assertThat(timeline.events()).hasSize(2 * 6 * 7);
    assertThat(timeline.stages()).hasSize(3);
    for (Timeline.StageUse use : timeline.stages()) {
      int s = use.stage();
      assertThat(use.busySeconds())
          .isCloseTo(7 * (f[s] + f[s + 3] + b[s] + b[s + 3]), within(EXACT));
      assertThat(use.idleSeconds())
          .isCloseTo(timeline.stepSeconds() - use.busySeconds(), within(EXACT));
      assertThat(use.finishSeconds()).isLessThanOrEqualTo(timeline.stepSeconds());
      double previousEnd = 0;
      for (TimelineEvent e : timeline.events()) {
        if (e.stage() == s) {
          assertThat(e.startSeconds()).isGreaterThanOrEqualTo(previousEnd - EXACT);
          previousEnd = e.endSeconds();
        }
      }
    }
    assertThat(timeline.bubbleFraction()).isBetween(0.0, 1.0);
  }

  @Test
  void refusesArraysThatDoNotSpread() {
    double[] three = new double[3];
    assertThatThrownBy(() ->
            PipelineSimulator.stepSeconds(
                ScheduleKind.INTERLEAVED, 2, 4, three, three, three, three))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() ->
            PipelineSimulator.stepSeconds(
                ScheduleKind.GPIPE, 1, 4, three, new double[2], three, three))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
