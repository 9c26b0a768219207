package autopar.plan;

import autopar.diagnostics.CompilerBug;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks a plan against itself, by code that shares nothing with the search.
 *
 * <ul>
 *   <li>P1: counts are positive, every figure is finite, stages are numbered in order.
 *   <li>P2: every layer lies in exactly one range, in pipeline order; a range per virtual stage.
 *   <li>P3: a stage names its layers, each layer once.
 *   <li>P4: every device is in exactly one stage or idle.
 *   <li>P5: mesh axes have distinct names and multiply to the stage's devices.
 *   <li>P6: recompute counts sum to the stage's layers.
 *   <li>P7: ZeRO is 0 to 3; only the interleaved schedule has virtual stages.
 *   <li>P8: memory categories sum to the total, which fits the smallest device of the stage.
 *   <li>P9: memory categories equal the sum over the plan's own tensors.
 *   <li>P10: micro-batches are the global batch over the micro-batch, rounded up.
 *   <li>P11: samples/s and tokens/s follow from the step time.
 *   <li>P12: TFLOP/s per device and MFU follow from the model's FLOPs.
 *   <li>P13: the lower bound is below the step time and the gap is their distance.
 *   <li>P14: the step is long enough for every stage's passes, and those for their shares.
 *   <li>P15: peak memory is the largest total of a stage.
 *   <li>P16: both hashes are SHA-256.
 *   <li>P17: a sharding has an entry per dimension and uses axes of its mesh at most once.
 *   <li>P18: parameters add up to the model; those trained have gradients and optimizer state.
 *   <li>P19: saved activations are held as often as the schedule and the recomputation say.
 *   <li>P20: the cluster has the hosts that the devices need, no fewer and no more.
 *   <li>P21: a tensor has one shape and format wherever it is held.
 *   <li>P22: every layer of every stage has one strategy, on axes that its mesh has.
 *   <li>P23: what the time of a stage is spent on sums to its passes and its overhead.
 *   <li>P24: the step is as long as the schedule of its passes, simulated anew.
 *   <li>P25: the layers of every strategy have one price.
 *   <li>P26: what the cluster says of its devices is what its groups of hosts say.
 * </ul>
 */
public final class PlanVerifier {
  private PlanVerifier() {}

  /**
   * Demands that {@code plan} is sound.
   *
   * @throws CompilerBug naming every constraint that it breaks
   */
  public static Plan require(Plan plan) {
    List<PlanViolation> violations = verify(plan);
    if (!violations.isEmpty()) {
      throw new CompilerBug("PlanVerifier", plan.model().name(), violations.toString());
    }
    return plan;
  }

  /** Everything that is wrong with {@code plan}; empty for a sound one. */
  public static List<PlanViolation> verify(Plan plan) {
    List<PlanViolation> found = new ArrayList<>();
    new CountConstraints(plan, found).check();
    if (!found.isEmpty()) {
      return List.copyOf(found);
    }
    new LayoutConstraints(plan, found).check();
    if (!new TensorConstraints(plan, found).check()) {
      return List.copyOf(found);
    }
    new StrategyConstraints(plan, found).check();
    new MemoryConstraints(plan, found).check();
    new ArithmeticConstraints(plan, found).check();
    new TimeConstraints(plan, found).check();
    return List.copyOf(found);
  }
}
