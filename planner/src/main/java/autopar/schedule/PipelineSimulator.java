package autopar.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Exact seconds of a training step of a pipeline.
 *
 * <p>A pass starts when the stage's previous pass has ended and its input has arrived; a message
 * leaves when the pass that made it has ended and the messages of the same direction before it have
 * left. Every array is per virtual stage ({@code chunk * stages + stage}), in seconds per
 * micro-batch: {@code sendForward[c]} is the transfer of activations from c to c + 1 (that of the
 * last one is not used), {@code sendBackward[c]} that of gradients from c to c - 1 (that of the
 * first one is not used).
 *
 * <p>Events are run in dependency order, not time order, so a pass costs O(1): O(passes) in all,
 * and memory for two doubles per pass.
 */
public final class PipelineSimulator {
  private static final double NOT_YET = -1;

  private final ScheduleOrder order;
  private final Transfers transfers;
  private final int stages;
  private final int chunks;
  private final int microBatches;
  private final double[] forward;
  private final double[] backward;
  private final double[] sendForward;
  private final double[] sendBackward;

  /** When the input of a pass is there; virtual stage major. */
  private final double[] forwardReady;

  private final double[] backwardReady;
  private final double[] stageFree;
  private final double[] forwardLinkFree;
  private final double[] backwardLinkFree;

  /** The next forward and backward slot of each stage. */
  private final int[] nextForward;

  private final int[] nextBackward;
  private final int[] warmup;
  private final int[] chunkOfSlot;
  private final int[] microBatchOfSlot;
  private final int[] waiting;
  private int waitingCount;
  private final List<TimelineEvent> events;
  private final List<TransferEvent> messages;

  private PipelineSimulator(
      ScheduleOrder order,
      double[] forward,
      double[] backward,
      double[] sendForward,
      double[] sendBackward,
      Transfers transfers,
      boolean recordEvents) {
    this.order = order;
    this.transfers = transfers;
    this.stages = order.stages();
    this.chunks = forward.length;
    this.microBatches = order.microBatches();
    this.forward = forward;
    this.backward = backward;
    this.sendForward = sendForward;
    this.sendBackward = sendBackward;
    this.forwardReady = new double[chunks * microBatches];
    this.backwardReady = new double[chunks * microBatches];
    Arrays.fill(forwardReady, microBatches, forwardReady.length, NOT_YET);
    Arrays.fill(backwardReady, NOT_YET);
    this.stageFree = new double[stages];
    this.forwardLinkFree = new double[stages];
    this.backwardLinkFree = new double[stages];
    this.nextForward = new int[stages];
    this.nextBackward = new int[stages];
    this.warmup = new int[stages];
    this.waiting = new int[stages];
    for (int s = 0; s < stages; s++) {
      warmup[s] = order.warmup(s);
    }
    this.chunkOfSlot = new int[order.slots()];
    this.microBatchOfSlot = new int[order.slots()];
    for (int slot = 0; slot < chunkOfSlot.length; slot++) {
      chunkOfSlot[slot] = order.chunkOfSlot(slot);
      microBatchOfSlot[slot] = order.microBatchOfSlot(slot);
    }
    this.events = recordEvents ? new ArrayList<>(2 * chunks * microBatches) : null;
    this.messages = recordEvents ? new ArrayList<>() : null;
  }

  /** Seconds from the first forward to the last backward, with overlapped transfers. */
  public static double stepSeconds(
      ScheduleKind kind,
      int virtualStages,
      int microBatches,
      double[] forward,
      double[] backward,
      double[] sendForward,
      double[] sendBackward) {
    return max(
        finishSeconds(
            kind,
            virtualStages,
            microBatches,
            forward,
            backward,
            sendForward,
            sendBackward,
            Transfers.OVERLAPPED));
  }

  /**
   * Seconds of a step in which stage i works {@code tail[i]} seconds more after its last backward
   * (exposed gradient sync, update): the latest stage decides.
   */
  public static double stepSeconds(
      ScheduleKind kind,
      int virtualStages,
      int microBatches,
      double[] forward,
      double[] backward,
      double[] sendForward,
      double[] sendBackward,
      Transfers transfers,
      double[] tail) {
    double[] finish =
        finishSeconds(
            kind,
            virtualStages,
            microBatches,
            forward,
            backward,
            sendForward,
            sendBackward,
            transfers);
    for (int s = 0; s < finish.length; s++) {
      finish[s] += tail[s];
    }
    return max(finish);
  }

  /** When each stage ends its last backward (and, if blocking, its last transfer). */
  public static double[] finishSeconds(
      ScheduleKind kind,
      int virtualStages,
      int microBatches,
      double[] forward,
      double[] backward,
      double[] sendForward,
      double[] sendBackward,
      Transfers transfers) {
    ScheduleOrder order =
        checkedOrder(
            kind, virtualStages, microBatches, forward, backward, sendForward, sendBackward);
    PipelineSimulator simulator =
        new PipelineSimulator(
            order, forward, backward, sendForward, sendBackward, transfers, false);
    simulator.run();
    return simulator.stageFree;
  }

  /** The whole step: every pass and message of every stage with its times, in order of start. */
  public static Timeline simulate(
      ScheduleKind kind,
      int virtualStages,
      int microBatches,
      double[] forward,
      double[] backward,
      double[] sendForward,
      double[] sendBackward,
      Transfers transfers) {
    ScheduleOrder order =
        checkedOrder(
            kind, virtualStages, microBatches, forward, backward, sendForward, sendBackward);
    PipelineSimulator simulator =
        new PipelineSimulator(order, forward, backward, sendForward, sendBackward, transfers, true);
    simulator.run();
    return Timeline.of(order, simulator.events, simulator.messages, simulator.stageFree);
  }

  private static ScheduleOrder checkedOrder(
      ScheduleKind kind,
      int virtualStages,
      int microBatches,
      double[] forward,
      double[] backward,
      double[] sendForward,
      double[] sendBackward) {
    int chunks = forward.length;
    if (virtualStages < 1 || chunks == 0 || chunks % virtualStages != 0) {
      throw new IllegalArgumentException(
          chunks + " virtual stages do not spread evenly: " + virtualStages + " per stage");
    }
    if (backward.length != chunks
        || sendForward.length != chunks
        || sendBackward.length != chunks) {
      throw new IllegalArgumentException("arrays must all have one entry per virtual stage");
    }
    return ScheduleOrder.of(kind, chunks / virtualStages, virtualStages, microBatches);
  }

  private void run() {
    for (int s = 0; s < stages; s++) {
      skipAbsent(s);
    }
    waiting[waitingCount++] = 0;
    while (waitingCount > 0) {
      advance(waiting[--waitingCount]);
    }
    for (int s = 0; s < stages; s++) {
      if (nextBackward[s] < chunkOfSlot.length) {
        throw new IllegalStateException("stage " + s + " waits for ever: the order has a cycle");
      }
    }
  }

  /** Runs the passes of a stage until one has to wait for another stage. */
  private void advance(int stage) {
    while (true) {
      boolean isForward = forwardIsNext(stage);
      int slot = isForward ? nextForward[stage] : nextBackward[stage];
      if (slot >= chunkOfSlot.length) {
        return;
      }
      int local = chunkOfSlot[slot];
      int chunk = (isForward ? local : order.virtualStages() - 1 - local) * stages + stage;
      int microBatch = microBatchOfSlot[slot];
      int index = chunk * microBatches + microBatch;
      double ready = isForward ? forwardReady[index] : backwardReady[index];
      if (ready == NOT_YET) {
        return;
      }
      if (isForward) {
        nextForward[stage]++;
        runForward(stage, chunk, microBatch, ready);
      } else {
        nextBackward[stage]++;
        runBackward(stage, chunk, microBatch, ready);
      }
      skipAbsent(stage);
    }
  }

  private boolean forwardIsNext(int stage) {
    int f = nextForward[stage];
    return f < chunkOfSlot.length && f <= warmup[stage] + nextBackward[stage];
  }

  private void skipAbsent(int stage) {
    while (true) {
      if (forwardIsNext(stage)) {
        if (microBatchOfSlot[nextForward[stage]] < microBatches) {
          return;
        }
        nextForward[stage]++;
      } else {
        int b = nextBackward[stage];
        if (b >= chunkOfSlot.length || microBatchOfSlot[b] < microBatches) {
          return;
        }
        nextBackward[stage]++;
      }
    }
  }

  private void runForward(int stage, int chunk, int microBatch, double ready) {
    double start = Math.max(ready, stageFree[stage]);
    double end = start + forward[chunk];
    stageFree[stage] = end;
    addEvent(Phase.FORWARD, stage, chunk, microBatch, start, end);
    int index = chunk * microBatches + microBatch;
    if (chunk == chunks - 1) {
      backwardReady[index] = end;
      return;
    }
    double arrival = send(stage, end, sendForward[chunk], forwardLinkFree);
    addMessage(Phase.FORWARD, stage, chunk, microBatch, arrival - sendForward[chunk], arrival);
    forwardReady[index + microBatches] = arrival;
    wake(stage, (chunk + 1) % stages);
  }

  private void runBackward(int stage, int chunk, int microBatch, double ready) {
    double start = Math.max(ready, stageFree[stage]);
    double end = start + backward[chunk];
    stageFree[stage] = end;
    addEvent(Phase.BACKWARD, stage, chunk, microBatch, start, end);
    if (chunk == 0) {
      return;
    }
    double arrival = send(stage, end, sendBackward[chunk], backwardLinkFree);
    addMessage(Phase.BACKWARD, stage, chunk, microBatch, arrival - sendBackward[chunk], arrival);
    backwardReady[(chunk - 1) * microBatches + microBatch] = arrival;
    wake(stage, (chunk - 1) % stages);
  }

  private double send(int stage, double end, double seconds, double[] linkFree) {
    double arrival = Math.max(end, linkFree[stage]) + seconds;
    linkFree[stage] = arrival;
    if (transfers == Transfers.BLOCKING) {
      stageFree[stage] = arrival;
    }
    return arrival;
  }

  /** Queues a neighbour once; whether it can go on it finds out itself. */
  private void wake(int stage, int neighbour) {
    if (neighbour == stage) {
      return;
    }
    for (int i = 0; i < waitingCount; i++) {
      if (waiting[i] == neighbour) {
        return;
      }
    }
    waiting[waitingCount++] = neighbour;
  }

  private void addEvent(
      Phase phase, int stage, int chunk, int microBatch, double start, double end) {
    if (events != null) {
      events.add(new TimelineEvent(stage, new Pass(phase, chunk / stages, microBatch), start, end));
    }
  }

  private void addMessage(
      Phase phase, int stage, int chunk, int microBatch, double start, double end) {
    if (messages != null && end > start) {
      messages.add(
          new TransferEvent(stage, new Pass(phase, chunk / stages, microBatch), start, end));
    }
  }

  private static double max(double[] values) {
    double max = 0;
    for (double v : values) {
      max = Math.max(max, v);
    }
    return max;
  }
}
