package autopar.report;

import autopar.diagnostics.CompilerBug;
import autopar.plan.PassPrediction;
import autopar.plan.Plan;
import autopar.plan.PlanTimeline;
import autopar.plan.StagePlan;
import autopar.plan.TimeKind;
import autopar.plan.TimePart;
import autopar.schedule.Phase;
import autopar.schedule.TimelineEvent;
import autopar.schedule.TransferEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of a plan, stage by stage, as {@link PlanTimeline} runs it: what the page draws, the
 * trace lists and the summary adds up.
 *
 * @param inFlightPeak per stage, the most forward passes held for backward
 */
public record StepTracks(double stepSeconds, List<StageTrack> stages, List<Integer> inFlightPeak) {
  private static final double ROUNDING = 1e-9;

  public StepTracks {
    stages = List.copyOf(stages);
    inFlightPeak = List.copyOf(inFlightPeak);
  }

  /**
   * The tracks of {@code plan}, which must be sound.
   *
   * @throws CompilerBug if they do not add up to its step
   */
  public static StepTracks of(Plan plan) {
    PlanTimeline timeline = PlanTimeline.of(plan);
    List<List<Slice>> compute = lists(plan);
    List<List<Slice>> forward = lists(plan);
    List<List<Slice>> backward = lists(plan);
    for (TimelineEvent event : timeline.passes().events()) {
      pass(compute.get(event.stage()), event, recomputed(plan.stages().get(event.stage())));
    }
    for (TransferEvent event : timeline.passes().transfers()) {
      boolean ahead = event.pass().phase() == Phase.FORWARD;
      (ahead ? forward : backward)
          .get(event.stage())
          .add(
              new Slice(
                  ahead ? SliceKind.SEND_FORWARD : SliceKind.SEND_BACKWARD,
                  event.pass().chunk(),
                  event.pass().microBatch(),
                  event.startSeconds(),
                  event.endSeconds()));
    }
    double step = timeline.stepSeconds();
    double host = plan.predicted().fixedStepSeconds();
    List<StageTrack> tracks = new ArrayList<>();
    List<Integer> inFlight = new ArrayList<>();
    for (StagePlan stage : plan.stages()) {
      int i = stage.index();
      List<Slice> own = compute.get(i);
      afterwards(own, stage, timeline.passes().stages().get(i).finishSeconds());
      wait(own, step - host);
      add(own, Slice.of(SliceKind.HOST, step - host, step));
      tracks.add(new StageTrack(i, own, forward.get(i), backward.get(i)));
      inFlight.add(timeline.passes().stages().get(i).inFlightPeak());
    }
    return new StepTracks(step, tracks, inFlight).checked(plan);
  }

  private static List<List<Slice>> lists(Plan plan) {
    List<List<Slice>> lists = new ArrayList<>();
    plan.stages().forEach(stage -> lists.add(new ArrayList<>()));
    return lists;
  }

  /** The part of a stage's backward passes that runs forward work again. */
  private static double recomputed(StagePlan stage) {
    double backward = 0;
    for (PassPrediction pass : stage.predicted().passes()) {
      backward += pass.backwardSeconds();
    }
    return backward == 0 ? 0 : exposed(stage, TimeKind.RECOMPUTE) / backward;
  }

  private static double exposed(StagePlan stage, TimeKind kind) {
    return stage.predicted().time().stream()
        .filter(part -> part.kind() == kind)
        .mapToDouble(TimePart::exposedSeconds)
        .sum();
  }

  private static void pass(List<Slice> track, TimelineEvent event, double recomputed) {
    int chunk = event.pass().chunk();
    int microBatch = event.pass().microBatch();
    double start = event.startSeconds();
    double end = event.endSeconds();
    wait(track, start);
    switch (event.pass().phase()) {
      case FORWARD -> add(track, new Slice(SliceKind.FORWARD, chunk, microBatch, start, end));
      case BACKWARD -> {
        double middle = start + recomputed * (end - start);
        add(track, new Slice(SliceKind.RECOMPUTE, chunk, microBatch, start, middle));
        add(track, new Slice(SliceKind.BACKWARD, chunk, microBatch, middle, end));
      }
    }
  }

  /** What a stage does once per step, after its last backward. */
  private static void afterwards(List<Slice> track, StagePlan stage, double finish) {
    double sync = finish + exposed(stage, TimeKind.GRADIENT_SYNC);
    double tied = sync + exposed(stage, TimeKind.TIED_GRADIENTS);
    add(track, Slice.of(SliceKind.GRADIENT_SYNC, finish, sync));
    add(track, Slice.of(SliceKind.TIED_GRADIENTS, sync, tied));
    add(track, Slice.of(SliceKind.UPDATE, tied, finish + stage.predicted().stepOverheadSeconds()));
  }

  private static void wait(List<Slice> track, double until) {
    add(track, Slice.of(SliceKind.IDLE, track.isEmpty() ? 0 : track.getLast().end(), until));
  }

  private static void add(List<Slice> track, Slice slice) {
    if (slice.end() > slice.start()) {
      track.add(slice);
    }
  }

  private StepTracks checked(Plan plan) {
    double stated = plan.predicted().stepSeconds();
    for (StageTrack track : stages) {
      double sum = 0;
      for (Slice slice : track.compute()) {
        sum += slice.seconds();
      }
      if (Math.abs(sum - stated) > ROUNDING * stated) {
        throw new CompilerBug(
            "StepTracks",
            plan.model().name(),
            "stage " + track.stage() + " fills " + sum + " s of a step of " + stated + " s");
      }
    }
    return this;
  }
}
