package autopar.planner;

import autopar.plan.OffloadPlan;
import autopar.schedule.ScheduleKind;
import autopar.training.RecomputeMode;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What the search may choose from and how hard it tries.
 *
 * <p>{@code schedules}, {@code recompute} and {@code zero} are the choices allowed, never empty.
 * {@code offload} says where each category of state may go; what is {@code none} stays on the
 * device. Without {@code timeLimitSeconds} the effort is limited by work alone, so that plans are
 * reproducible.
 */
public record PlanOptions(
    List<ScheduleKind> schedules,
    List<RecomputeMode> recompute,
    List<Integer> zero,
    OffloadPlan offload,
    Forced forced,
    OptionalDouble timeLimitSeconds,
    long seed,
    int threads) {

  /** Everything allowed but offload; seed 0, two threads. */
  public static final PlanOptions DEFAULT =
      new PlanOptions(
          List.of(ScheduleKind.values()),
          List.of(RecomputeMode.values()),
          List.of(0, 1, 2, 3),
          OffloadPlan.NONE,
          Forced.NOTHING,
          OptionalDouble.empty(),
          0,
          2);

  public PlanOptions {
    schedules = List.copyOf(schedules);
    recompute = List.copyOf(recompute);
    zero = List.copyOf(zero);
    if (schedules.isEmpty() || recompute.isEmpty() || zero.isEmpty() || threads < 1) {
      throw new IllegalArgumentException("nothing is left to choose from");
    }
  }

  /** The same options with another number of threads, which changes no answer. */
  public PlanOptions withThreads(int other) {
    return new PlanOptions(
        schedules, recompute, zero, offload, forced, timeLimitSeconds, seed, other);
  }

  /** The same options with state kept elsewhere. */
  public PlanOptions withOffload(OffloadPlan other) {
    return new PlanOptions(
        schedules, recompute, zero, other, forced, timeLimitSeconds, seed, threads);
  }

  /** The same options with other decisions forced. */
  public PlanOptions withForced(Forced decisions) {
    return new PlanOptions(
        schedules, recompute, zero, offload, decisions, timeLimitSeconds, seed, threads);
  }
}
