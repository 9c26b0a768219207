package autopar.plan;

import autopar.schedule.PipelineSimulator;
import autopar.schedule.Timeline;
import autopar.schedule.Transfers;

/**
 * One step of a plan as its schedule runs it, from the plan's own numbers: {@code passes} by the
 * event simulation of {@code stages[].predicted.passes}, after which each stage works {@code
 * step_overhead_s}, and the host {@code fixed_step_s} once the last stage is done.
 *
 * <p>{@code stepSeconds} is the end of that: {@code predicted.step_s}.
 */
public record PlanTimeline(Timeline passes, double stepSeconds) {

  /** Simulates the step; O(micro-batches x virtual stages). */
  public static PlanTimeline of(Plan plan) {
    int stages = plan.stages().size();
    int virtual = plan.schedule().virtualStages();
    double[] forward = new double[stages * virtual];
    double[] backward = new double[stages * virtual];
    double[] sendForward = new double[stages * virtual];
    double[] sendBackward = new double[stages * virtual];
    for (StagePlan stage : plan.stages()) {
      for (int v = 0; v < virtual; v++) {
        PassPrediction pass = stage.predicted().passes().get(v);
        int chunk = v * stages + stage.index();
        forward[chunk] = pass.forwardSeconds();
        backward[chunk] = pass.backwardSeconds();
        sendForward[chunk] = pass.sendForwardSeconds();
        sendBackward[chunk] = pass.sendBackwardSeconds();
      }
    }
    Timeline passes =
        PipelineSimulator.simulate(
            plan.schedule().kind(),
            virtual,
            plan.microBatches(),
            forward,
            backward,
            sendForward,
            sendBackward,
            Transfers.OVERLAPPED);
    double end = 0;
    for (StagePlan stage : plan.stages()) {
      double finish = passes.stages().get(stage.index()).finishSeconds();
      end = Math.max(end, finish + stage.predicted().stepOverheadSeconds());
    }
    return new PlanTimeline(passes, end + plan.predicted().fixedStepSeconds());
  }
}
