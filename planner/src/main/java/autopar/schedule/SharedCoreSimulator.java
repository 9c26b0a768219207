package autopar.schedule;

import autopar.cluster.HostCores;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Seconds of a training step of a pipeline whose devices share the cores of their hosts.
 *
 * <p>As in {@link PipelineSimulator}, a pass starts when the stage's previous pass has ended and
 * its input has arrived. While it runs, every device of its stage wants one core. A host with more
 * such devices than cores gives each an equal share (processor sharing) of the part of their speed
 * that is left to crowded cores ({@link HostCores#speed}), and a stage goes on at the rate of its
 * slowest host. Stages that wait want nothing. Messages take their time after the pass that made
 * them and no core.
 *
 * <p>Between two events all rates are constant, so the step is exact: O(passes x stages).
 */
public final class SharedCoreSimulator {
  private static final double UNKNOWN = Double.POSITIVE_INFINITY;

  /** Rounding of a remaining pass, against its length. */
  private static final double DONE = 1e-12;

  /**
   * Who shares what.
   *
   * @param devices of each stage on each host
   * @param cores of one host
   */
  public record Hosts(int[][] devices, HostCores cores) {}

  private final ScheduleOrder order;
  private final Hosts hosts;
  private final double[] forward;
  private final double[] backward;
  private final double[] sendForward;
  private final double[] sendBackward;
  private final double[] tail;
  private final double[][] forwardReady;
  private final double[][] backwardReady;
  private final List<List<Pass>> passes;
  private final int[] next;
  private final double[] left;
  private final double[] rate;
  private double now;

  private SharedCoreSimulator(
      ScheduleOrder order,
      double[] forward,
      double[] backward,
      double[] sendForward,
      double[] sendBackward,
      double[] tail,
      Hosts hosts) {
    this.order = order;
    this.hosts = hosts;
    this.forward = forward;
    this.backward = backward;
    this.sendForward = sendForward;
    this.sendBackward = sendBackward;
    this.tail = tail;
    this.forwardReady = unknown(forward.length, order.microBatches());
    this.backwardReady = unknown(forward.length, order.microBatches());
    Arrays.fill(forwardReady[0], 0);
    this.passes = IntStream.range(0, order.stages()).mapToObj(order::passes).toList();
    this.next = new int[order.stages()];
    this.left = new double[order.stages()];
    this.rate = new double[order.stages()];
  }

  private static double[][] unknown(int rows, int columns) {
    double[][] times = new double[rows][columns];
    for (double[] row : times) {
      Arrays.fill(row, UNKNOWN);
    }
    return times;
  }

  /**
   * Seconds until every stage has run its passes and its {@code tail}; the arrays are those of
   * {@link PipelineSimulator}, in seconds of devices with a core of their own.
   */
  public static double stepSeconds(
      ScheduleOrder order,
      double[] forward,
      double[] backward,
      double[] sendForward,
      double[] sendBackward,
      double[] tail,
      Hosts hosts) {
    return new SharedCoreSimulator(order, forward, backward, sendForward, sendBackward, tail, hosts)
        .run();
  }

  private double run() {
    boolean[] running = new boolean[order.stages()];
    while (true) {
      double arrival = startReady(running);
      double first = arrival - now;
      boolean any = false;
      share(running);
      for (int s = 0; s < running.length; s++) {
        if (running[s]) {
          any = true;
          first = Math.min(first, left[s] / rate[s]);
        }
      }
      if (!any && arrival == UNKNOWN) {
        return now;
      }
      now += first;
      for (int s = 0; s < running.length; s++) {
        if (running[s]) {
          left[s] -= first * rate[s];
          if (left[s] <= DONE * (now + 1)) {
            running[s] = false;
            finish(s);
          }
        }
      }
    }
  }

  /** Starts what can start now; the time at which the next input of an idle stage arrives. */
  private double startReady(boolean[] running) {
    double arrival = UNKNOWN;
    for (int s = 0; s < running.length; s++) {
      if (running[s] || next[s] > passes.get(s).size()) {
        continue;
      }
      double ready = next[s] == passes.get(s).size() ? now : ready(s, passes.get(s).get(next[s]));
      if (ready <= now) {
        running[s] = true;
        left[s] = next[s] == passes.get(s).size() ? tail[s] : work(s, passes.get(s).get(next[s]));
      } else {
        arrival = Math.min(arrival, ready);
      }
    }
    return arrival;
  }

  private void share(boolean[] running) {
    int[] busy = new int[hosts.devices()[0].length];
    for (int s = 0; s < running.length; s++) {
      for (int h = 0; h < busy.length; h++) {
        busy[h] += running[s] ? hosts.devices()[s][h] : 0;
      }
    }
    for (int s = 0; s < running.length; s++) {
      rate[s] = 1;
      for (int h = 0; h < busy.length; h++) {
        if (hosts.devices()[s][h] > 0) {
          rate[s] = Math.min(rate[s], hosts.cores().speed(busy[h]));
        }
      }
    }
  }

  private int chunk(int stage, Pass pass) {
    return pass.chunk() * order.stages() + stage;
  }

  private double ready(int stage, Pass pass) {
    double[][] times = pass.phase() == Phase.FORWARD ? forwardReady : backwardReady;
    return times[chunk(stage, pass)][pass.microBatch()];
  }

  private double work(int stage, Pass pass) {
    return (pass.phase() == Phase.FORWARD ? forward : backward)[chunk(stage, pass)];
  }

  private void finish(int stage) {
    if (next[stage] < passes.get(stage).size()) {
      Pass pass = passes.get(stage).get(next[stage]);
      int chunk = chunk(stage, pass);
      if (pass.phase() == Phase.BACKWARD) {
        if (chunk > 0) {
          backwardReady[chunk - 1][pass.microBatch()] = now + sendBackward[chunk];
        }
      } else if (chunk == forward.length - 1) {
        backwardReady[chunk][pass.microBatch()] = now;
      } else {
        forwardReady[chunk + 1][pass.microBatch()] = now + sendForward[chunk];
      }
    }
    next[stage]++;
  }
}
