package autopar.planner;

import autopar.cluster.Cluster;
import autopar.cluster.HostKind;
import autopar.interop.SearchResult;
import autopar.interop.Shortfall;
import autopar.interop.Workpiece;
import autopar.plan.OffloadPlan;
import autopar.plan.OffloadTarget;
import autopar.training.RecomputeMode;
import autopar.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says why nothing fits and what would: every way out is planned before it is offered. */
final class WaysOut {

  private WaysOut() {}

  /** The reasons, and the ways out. */
  static PlanOutcome.NoPlan of(PlanRequest request, Workpiece work, SearchResult result) {
    PlanOutcome.NoPlan reasons = none(request, work, result);
    List<WayOut> offers = reasons.missingBytes() > 0 ? offers(request) : List.of();
    return new PlanOutcome.NoPlan(reasons.reasons(), offers, reasons.missingBytes());
  }

  /** The reasons alone. */
  static PlanOutcome.NoPlan none(PlanRequest request, Workpiece work, SearchResult result) {
    List<String> reasons = new ArrayList<>();
    Shortfall shortfall = result.shortfall();
    boolean memory = shortfall.isKnown();
    long missing = memory ? (long) Math.ceil(shortfall.bytes()) : 0;
    if (memory) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "the leanest layout lacks %s on its worst device (%s), in stage %d of %s"
                  + " with micro-batches of %d",
              new Bytes(missing),
              memory(request.cluster()),
              shortfall.stage(),
              shortfall.layout(),
              shortfall.microBatch()));
      reasons.add(states(request, work));
    } else {
      reasons.add(
          "no layout has the decisions that were forced: the axes must multiply to the devices,"
              + " and a data axis must not exceed the micro-batch");
    }
    return new PlanOutcome.NoPlan(reasons, List.of(), missing);
  }

  /** What the devices have: {@code each A has 80 GiB, each B has 16 GiB}. */
  private static String memory(Cluster cluster) {
    return cluster.kindsInUse().stream()
        .map(HostKind::device)
        .map(device -> "each " + device.model() + " has " + new Bytes(device.memoryBytes()))
        .distinct()
        .collect(Collectors.joining(", "));
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

  private static List<WayOut> offers(PlanRequest request) {
    List<WayOut> offers = new ArrayList<>();
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
      offer(offers, "let the planner choose recomputation and ZeRO", "", request.withOptions(free));
    }
    if (options.offload().optimizer() == OffloadTarget.NONE) {
      OffloadPlan host = new OffloadPlan(OffloadTarget.CPU, OffloadTarget.NONE, OffloadTarget.NONE);
      offer(
          offers,
          "keep optimizer states in host memory",
          "--offload optimizer=cpu",
          request.withOptions(free.withOffload(host)));
    }
    if (free.forced().equals(Forced.NOTHING)) {
      offerDevices(offers, request.withOptions(free));
    }
    offers.sort(WayOut.CHEAPEST_FIRST);
    return offers;
  }

  private static void offer(List<WayOut> offers, String words, String option, PlanRequest request) {
    search(request).ifPresent(step -> offers.add(wayOut(words, option, request, step)));
  }

  private static void offerDevices(List<WayOut> offers, PlanRequest request) {
    FewestDevices.beyond(request, devices -> search(on(request, devices)))
        .ifPresent(found ->
            offers.add(
                wayOut(
                    "use at least " + found.devices() + " devices",
                    "--devices " + found.devices(),
                    on(request, found.devices()),
                    found.plan())));
  }

  private static WayOut wayOut(String words, String option, PlanRequest request, double step) {
    return new WayOut(words, option, true, request.devices(), step, request.globalBatch() / step);
  }

  private static PlanRequest on(PlanRequest request, int devices) {
    return request.withCluster(request.cluster().withDevices(devices));
  }

  /** Seconds of a step, where the request fits. */
  private static Optional<Double> search(PlanRequest request) {
    SearchResult result = Planner.search(request, Planner.problem(request));
    return result.ranked().stream().findFirst().map(SearchResult.Ranked::seconds);
  }
}
