package autopar.lowering;

import autopar.training.ApplyRecompute;
import autopar.training.RecomputeMode;
import autopar.training.TrainingBody;
import autopar.training.TrainingGraph;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The training bodies of a graph under every recompute mode, each made once. */
final class TrainingVariants {

  private final TrainingGraph training;
  private final Map<List<Object>, TrainingBody> made = new HashMap<>();

  TrainingVariants(TrainingGraph training) {
    this.training = training;
  }

  TrainingGraph training() {
    return training;
  }

  /** The body of section {@code section} under {@code mode}. */
  TrainingBody of(int section, RecomputeMode mode) {
    return made.computeIfAbsent(
        List.of(section, mode), k -> ApplyRecompute.to(training.sections().get(section), mode));
  }

  /** Does a step hand back a gradient for its argument {@code argument}? */
  boolean givesGradient(Step step, int argument) {
    return training.sections().get(step.section()).argumentGradients().get(argument) >= 0;
  }

  /** Does the step that makes a flow take a gradient for it? */
  boolean takesGradient(Flow flow) {
    return training.sections().get(flow.maker().section()).resultGradients().get(flow.result())
        >= 0;
  }
}
