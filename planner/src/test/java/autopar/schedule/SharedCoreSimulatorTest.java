package autopar.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.cluster.HostCores;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SharedCoreSimulatorTest {
  private static final double EXACT = 1e-9;

  private record Pipeline(
      ScheduleOrder order,
      ScheduleKind kind,
      double[] forward,
      double[] backward,
      double[] tail,
      int[][] devices) {

    static Pipeline random(Random random) {
      ScheduleKind kind = ScheduleKind.values()[random.nextInt(3)];
      int p = 1 + random.nextInt(4);
      int v = kind == ScheduleKind.INTERLEAVED ? 1 + random.nextInt(2) : 1;
      int hosts = 1 + random.nextInt(2);
      int[][] devices = new int[p][hosts];
      for (int[] stage : devices) {
        stage[random.nextInt(hosts)] = 1 + random.nextInt(3);
      }
      return new Pipeline(
          ScheduleOrder.of(kind, p, v, 1 + random.nextInt(6)),
          kind,
          random.doubles(p * v, 0.1, 2).toArray(),
          random.doubles(p * v, 0.1, 4).toArray(),
          random.doubles(p, 0, 1).toArray(),
          devices);
    }

    double shared(int cores) {
      double[] none = new double[forward.length];
      return SharedCoreSimulator.stepSeconds(
          order, forward, backward, none, none, tail, hosts(devices, cores, 1));
    }

    double unshared() {
      double[] none = new double[forward.length];
      return PipelineSimulator.stepSeconds(
          kind,
          order.virtualStages(),
          order.microBatches(),
          forward,
          backward,
          none,
          none,
          Transfers.OVERLAPPED,
          tail);
    }

    /** Core-seconds of the busiest host. */
    double work() {
      double[] work = new double[devices[0].length];
      for (int s = 0; s < devices.length; s++) {
        double own = tail[s];
        for (int c = s; c < forward.length; c += devices.length) {
          own += order.microBatches() * (forward[c] + backward[c]);
        }
        for (int h = 0; h < work.length; h++) {
          work[h] += devices[s][h] * own;
        }
      }
      double most = 0;
      for (double w : work) {
        most = Math.max(most, w);
      }
      return most;
    }
  }

  private static SharedCoreSimulator.Hosts hosts(int[][] devices, int cores, double crowded) {
    return new SharedCoreSimulator.Hosts(devices, new HostCores(cores, 0, 1, 1, 1, 1, 1, crowded));
  }

  @Test
  void withACoreForEveryDeviceNothingIsShared() {
    Random random = new Random(3);
    for (int trial = 0; trial < 300; trial++) {
      Pipeline p = Pipeline.random(random);
      assertThat(p.shared(12)).isCloseTo(p.unshared(), within(EXACT));
    }
  }

  @Test
  void noStepIsShorterThanItsWorkOrThanWithoutSharing() {
    Random random = new Random(4);
    for (int trial = 0; trial < 300; trial++) {
      Pipeline p = Pipeline.random(random);
      double alone = p.shared(1);
      double two = p.shared(2);
      assertThat(alone).isGreaterThanOrEqualTo(p.work() - EXACT);
      assertThat(two)
          .isGreaterThanOrEqualTo(p.work() / 2 - EXACT)
          .isLessThanOrEqualTo(alone + EXACT);
      assertThat(two).isGreaterThanOrEqualTo(p.unshared() - EXACT);
    }
  }

  @Test
  void oneCoreOfOneHostIsNeverIdle() {
    ScheduleOrder order = ScheduleOrder.of(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, 4, 1, 8);
    double[] one = {1, 1, 1, 1};
    double[] none = new double[4];
    int[][] devices = {{1}, {1}, {1}, {1}};
    double step =
        SharedCoreSimulator.stepSeconds(order, one, one, none, none, none, hosts(devices, 1, 1));
    assertThat(step).isCloseTo(4 * 8 * 2.0, within(EXACT));
  }

  @Test
  void crowdedCoresAreSlowerAndOthersAreNot() {
    assertThat(onTwoCrowdedCores(2)).isCloseTo(3 * 2, within(EXACT));
    assertThat(onTwoCrowdedCores(4)).isCloseTo(3 * 2 * 2 / 0.8, within(EXACT));
    // 1 / 0.8 is a quarter longer; so is every doubling.
    assertThat(onTwoCrowdedCores(8)).isCloseTo(3 * 2 * 4 * 1.5, within(EXACT));
    assertThat(onTwoCrowdedCores(3)).isBetween(3 * 2 * 1.5, 3 * 2 * 1.5 / 0.8);
  }

  /** Three micro-batches of one second each way, on a stage of so many devices. */
  private static double onTwoCrowdedCores(int devices) {
    double[] one = {1};
    double[] none = {0};
    return SharedCoreSimulator.stepSeconds(
        ScheduleOrder.of(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, 1, 1, 3),
        one,
        one,
        none,
        none,
        none,
        hosts(new int[][] {{devices}}, 2, 0.8));
  }

  @Test
  void messagesTakeTimeButNoCore() {
    ScheduleOrder order = ScheduleOrder.of(ScheduleKind.ONE_FORWARD_ONE_BACKWARD, 2, 1, 1);
    double[] one = {1, 1};
    double step =
        SharedCoreSimulator.stepSeconds(
            order,
            one,
            one,
            new double[] {0.5, 0},
            new double[] {0, 0.25},
            new double[2],
            hosts(new int[][] {{2}, {2}}, 1, 1));
    // Two devices of a stage on one core take two seconds a pass.
    assertThat(step).isCloseTo(4 * 2 + 0.5 + 0.25, within(EXACT));
  }
}
