package autopar.cli;

import autopar.plan.OffloadPlan;
import autopar.plan.OffloadTarget;
import java.util.List;

/** Reads {@code --offload}: {@code none}, {@code optimizer}, {@code optimizer=cpu}. */
final class OffloadOption {
  private OffloadOption() {}

  /**
   * What lives in host memory; {@code words} is null where the option was not given. The planner
   * prices the optimizer's state there, and nothing else.
   */
  static OffloadPlan parse(List<String> words) {
    OffloadTarget optimizer = OffloadTarget.NONE;
    for (String word : words == null ? List.<String>of() : words) {
      switch (word) {
        case "none", "optimizer=none", "parameters=none", "activations=none" -> {}
        case "optimizer", "optimizer=cpu" -> optimizer = OffloadTarget.CPU;
        default ->
            throw PlanningOptions.wrong(
                "--offload takes none and optimizer (to cpu), not '" + word + "'");
      }
    }
    return new OffloadPlan(optimizer, OffloadTarget.NONE, OffloadTarget.NONE);
  }
}
