package autopar.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A simulated step: its passes and the messages between stages by start time (then stage), and what
 * each stage made of it.
 */
public record Timeline(
    double stepSeconds,
    List<StageUse> stages,
    List<TimelineEvent> events,
    List<TransferEvent> transfers) {

  /**
   * What a stage did: seconds in passes, seconds it did not compute until the step's end, when it
   * was done, and the largest number of forward passes it held for backward.
   */
  public record StageUse(
      int stage, double busySeconds, double idleSeconds, double finishSeconds, int inFlightPeak) {}

  public Timeline {
    stages = List.copyOf(stages);
    events = List.copyOf(events);
    transfers = List.copyOf(transfers);
  }

  static Timeline of(
      ScheduleOrder order,
      List<TimelineEvent> events,
      List<TransferEvent> transfers,
      double[] finish) {
    double[] busy = new double[order.stages()];
    double step = 0;
    for (double f : finish) {
      step = Math.max(step, f);
    }
    for (TimelineEvent e : events) {
      busy[e.stage()] += e.endSeconds() - e.startSeconds();
    }
    List<StageUse> stages = new ArrayList<>();
    for (int s = 0; s < busy.length; s++) {
      stages.add(new StageUse(s, busy[s], step - busy[s], finish[s], order.inFlightPeak(s)));
    }
    List<TimelineEvent> sorted = new ArrayList<>(events);
    sorted.sort(
        Comparator.comparingDouble(TimelineEvent::startSeconds)
            .thenComparingInt(TimelineEvent::stage)
            .thenComparingDouble(TimelineEvent::endSeconds));
    List<TransferEvent> messages = new ArrayList<>(transfers);
    messages.sort(
        Comparator.comparingDouble(TransferEvent::startSeconds)
            .thenComparingInt(TransferEvent::stage)
            .thenComparingDouble(TransferEvent::endSeconds));
    return new Timeline(step, stages, sorted, messages);
  }

  /** The share of all stage-seconds in which nothing is computed, from 0 to 1. */
  public double bubbleFraction() {
    double idle = 0;
    for (StageUse use : stages) {
      idle += use.idleSeconds();
    }
    return stepSeconds == 0 ? 0 : idle / (stepSeconds * stages.size());
  }
}
