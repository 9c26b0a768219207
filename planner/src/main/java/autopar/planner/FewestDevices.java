package autopar.planner;

import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The fewest devices on which something fits: fitting is monotone in devices, and below a bound by
 * the bytes of weights, gradients and optimizer states nothing can. The search gallops up from
 * there and closes in by bisection.
 */
public final class FewestDevices {
  private static final int MOST = 1024;
  private static final int MOST_TIMES = 16;

  private FewestDevices() {}

  /** A number of devices and what was found on them. */
  public record Found<T>(int devices, T plan) {}

  /**
   * The fewest devices beyond those of {@code request} for which {@code plan} answers, at most
   * 1,024, sixteen times as many, and what its cluster holds.
   */
  public static <T> Optional<Found<T>> beyond(PlanRequest request, IntFunction<Optional<T>> plan) {
    int most = Math.min(MOST, MOST_TIMES * request.devices());
    most = Math.min(most, Math.max(request.devices(), request.cluster().capacity()));
    int fails = Math.max(request.devices(), StateSize.tooFew(request, most - 1));
    Optional<Found<T>> best = Optional.empty();
    for (int gap = 1; best.isEmpty() && fails < most; gap *= 2) {
      int next = Math.min(most, fails + gap);
      best = at(next, plan);
      fails = best.isEmpty() ? next : fails;
    }
    while (best.isPresent() && best.get().devices() - fails > 1) {
      int middle = (best.get().devices() + fails) / 2;
      Optional<Found<T>> found = at(middle, plan);
      best = found.isPresent() ? found : best;
      fails = found.isPresent() ? fails : middle;
    }
    return best;
  }

  private static <T> Optional<Found<T>> at(int devices, IntFunction<Optional<T>> plan) {
    return plan.apply(devices).map(found -> new Found<>(devices, found));
  }
}
