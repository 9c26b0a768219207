package autopar.planner;

import autopar.interop.SearchResult;
import autopar.interop.Workpiece;
import autopar.plan.OffloadPlan;
import autopar.plan.OffloadTarget;
import autopar.training.RecomputeMode;
import autopar.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Says why nothing fits and what would: every way out is planned before it is offered. */
final class WaysOut {

  private WaysOut() {}

  /** The reasons, and the ways out. */
  static PlanOutcome.NoPlan of(PlanRequest request, Workpiece work, SearchResult result) {
    PlanOutcome.NoPlan reasons = none(request, work, result);
    List<String> offers = reasons.missingBytes() > 0 ? offers(request) : List.of();
    return new PlanOutcome.NoPlan(reasons.reasons(), offers, reasons.missingBytes());
  }

  /** The reasons alone. */
  static PlanOutcome.NoPlan none(PlanRequest request, Workpiece work, SearchResult result) {
    List<String> reasons = new ArrayList<>();
    boolean memory = Double.isFinite(result.missingBytes()) && result.missingBytes() > 0;
    long missing = memory ? (long) Math.ceil(result.missingBytes()) : 0;
    if (memory) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "the leanest layout lacks %s on its worst device (each %s has %s)",
              new Bytes(missing),
              request.cluster().device().model(),
              new Bytes(request.cluster().usableBytes())));
      reasons.add(states(request, work));
    } else {
      reasons.add(
          "no layout has the decisions that were forced: the axes must multiply to the devices,"
              + " and a data axis must not exceed the micro-batch");
    }
    return new PlanOutcome.NoPlan(reasons, List.of(), missing);
  }

  private static String states(PlanRequest request, Workpiece work) {
    double perParameter = work.parameterBytes().total();
    double states = perParameter * request.graph().trainableParameterCount();
    return String.format(
        Locale.ROOT,
        "weights, gradients and optimizer states take %s (%.0f bytes for each of %,d trainable"
            + " parameters), %s on each of %d devices before any activation",
        new Bytes((long) states),
        perParameter,
        request.graph().trainableParameterCount(),
        new Bytes((long) (states / request.devices())),
        request.devices());
  }

  private static List<String> offers(PlanRequest request) {
    List<String> offers = new ArrayList<>();
    PlanOptions options = request.options();
    PlanOptions free =
        new PlanOptions(
            options.schedules(),
            List.of(RecomputeMode.values()),
            List.of(0, 1, 2, 3),
            options.offload(),
            options.forced().withoutMemoryChoices(),
            options.timeLimitSeconds(),
            options.seed(),
            options.threads());
    if (!free.equals(options)) {
      offer(offers, "let the planner choose recomputation and ZeRO", request.withOptions(free));
    }
    if (options.offload().optimizer() == OffloadTarget.NONE) {
      PlanOptions offloaded =
          new PlanOptions(
              free.schedules(),
              free.recompute(),
              free.zero(),
              new OffloadPlan(OffloadTarget.CPU, OffloadTarget.NONE, OffloadTarget.NONE),
              free.forced(),
              free.timeLimitSeconds(),
              free.seed(),
              free.threads());
      offer(
          offers,
          "keep optimizer states in host memory (--offload optimizer=cpu)",
          request.withOptions(offloaded));
    }
    if (free.forced().equals(Forced.NOTHING)) {
      offerDevices(offers, request.withOptions(free));
    }
    return offers;
  }

  private static void offer(List<String> offers, String words, PlanRequest request) {
    SearchResult result = Planner.search(request, Planner.problem(request));
    if (!result.ranked().isEmpty()) {
      offers.add(
          String.format(
              Locale.ROOT,
              "%s: fits, %.4g s per step",
              words,
              result.ranked().getFirst().seconds()));
    }
  }

  /** The fewest devices that fit, by doubling and bisection: fitting is monotone in devices. */
  private static void offerDevices(List<String> offers, PlanRequest request) {
    int fails = request.devices();
    int fits = fails;
    SearchResult best = null;
    while (best == null && fits <= 16 * request.devices() && fits < 1024) {
      fails = fits;
      fits = Math.min(1024, 2 * fits);
      best = plan(request, fits);
    }
    while (best != null && fits - fails > 1) {
      int middle = (fits + fails) / 2;
      SearchResult result = plan(request, middle);
      if (result == null) {
        fails = middle;
      } else {
        fits = middle;
        best = result;
      }
    }
    if (best != null) {
      offers.add(
          String.format(
              Locale.ROOT,
              "use at least %d devices: fits, %.4g s per step",
              fits,
              best.ranked().getFirst().seconds()));
    }
  }

  private static SearchResult plan(PlanRequest r, int devices) {
    PlanRequest larger =
        new PlanRequest(
            r.graph(),
            r.cluster().withDevices(devices),
            r.globalBatch(),
            r.precision(),
            r.optimizer(),
            r.options(),
            r.hashes(),
            ProgressListener.SILENT);
    SearchResult result = Planner.search(larger, Planner.problem(larger));
    return result.ranked().isEmpty() ? null : result;
  }
}
