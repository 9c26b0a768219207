package autopar.planner;

import autopar.cost.Collective;
import autopar.interop.PricedStage;
import autopar.interop.StageParts;
import autopar.interop.StepPrice;
import autopar.plan.TimeKind;
import autopar.plan.TimePart;
import java.util.ArrayList;
import java.util.List;

/** Says what the seconds of a stage are spent on; what takes no time is left out. */
final class PlanTimes {

  private static final TimeKind[] INSIDE_LAYERS = {
    TimeKind.ALL_REDUCE,
    TimeKind.ALL_GATHER,
    TimeKind.REDUCE_SCATTER,
    TimeKind.ALL_TO_ALL,
    TimeKind.BROADCAST
  };

  private PlanTimes() {}

  /**
   * The parts of stage {@code index} of {@code stages}.
   *
   * @param collectives seconds inside layers, by kind of collective
   */
  static List<TimePart> of(
      PricedStage stage, int index, int stages, StepPrice.Passes passes, double[] collectives) {
    StageParts p = stage.parts();
    List<TimePart> parts = new ArrayList<>();
    add(parts, TimeKind.FORWARD, stage.forward(), 0);
    add(parts, TimeKind.RECOMPUTE, p.recompute(), 0);
    add(parts, TimeKind.BACKWARD, stage.backward() - p.recompute(), 0);
    double all = 0;
    for (double seconds : collectives) {
      all += seconds;
    }
    for (Collective kind : Collective.values()) {
      double share = all == 0 ? 0 : collectives[kind.ordinal()] / all;
      add(parts, INSIDE_LAYERS[kind.ordinal()], share * p.layerCommunication(), 0);
    }
    add(parts, TimeKind.PARAMETER_GATHER, p.gather());
    add(parts, TimeKind.GRADIENT_SCATTER, p.scatter());
    double waited = 0;
    double sent = 0;
    for (int chunk = index; chunk < passes.forward().length; chunk += stages) {
      waited += passes.waited()[chunk];
      sent += passes.sendForward()[chunk] + passes.sendBackward()[chunk];
    }
    add(parts, TimeKind.SEND, waited, sent);
    add(parts, TimeKind.HOST, p.host(), 0);
    add(parts, TimeKind.GRADIENT_SYNC, p.gradientSync());
    add(parts, TimeKind.TIED_GRADIENTS, passes.tied()[index], 0);
    add(parts, TimeKind.UPDATE, p.update(), 0);
    return parts;
  }

  private static void add(List<TimePart> parts, TimeKind kind, StageParts.Share share) {
    add(parts, kind, share.exposed(), share.hidden());
  }

  private static void add(List<TimePart> parts, TimeKind kind, double exposed, double hidden) {
    if (exposed > 0 || hidden > 0) {
      parts.add(new TimePart(kind, exposed, hidden));
    }
  }
}
