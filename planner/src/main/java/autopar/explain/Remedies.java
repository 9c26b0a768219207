package autopar.explain;

import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.plan.OffloadPlan;
import autopar.plan.OffloadTarget;
import autopar.plan.Plan;
import autopar.planner.FewestDevices;
import autopar.planner.ForceParser;
import autopar.planner.Forced;
import autopar.planner.PlanOptions;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.PlanningMemo;
import autopar.planner.Pricing;
import autopar.planner.StateSize;
import autopar.planner.WayOut;
import autopar.training.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;

/**
 * Looks for what stands in the way of a request that nothing fits, and for ways out: every change
 * that could help is planned, those that do are offered.
 */
public final class Remedies {
  private final PlanRequest request;
  private final String force;
  private final IntFunction<Optional<Graph>> withLayers;
  private final Pricing pricing;
  private final PlanningMemo memo = new PlanningMemo();

  private Remedies(
      PlanRequest request,
      String force,
      IntFunction<Optional<Graph>> withLayers,
      Pricing.Listener listener) {
    this.request = request.withOptions(request.options().withThreads(1));
    this.force = force;
    this.withLayers = withLayers;
    this.pricing = new Pricing(request.options().threads(), listener);
  }

  /**
   * Explains why nothing fits.
   *
   * @param force the forced decisions of the request as text, empty where there are none
   * @param withLayers the same model with another number of layers; empty where it has no such dim
   */
  public static Refusal of(
      PlanRequest request,
      String force,
      PlanOutcome.NoPlan none,
      IntFunction<Optional<Graph>> withLayers,
      Pricing.Listener listener) {
    Remedies remedies = new Remedies(request, force, withLayers, listener);
    List<Restriction> conflict = remedies.conflict();
    return new Refusal(
        none, conflict.stream().map(Restriction::words).toList(), remedies.waysOut(conflict));
  }

  /** One restriction after the other is dropped unless something fits without it. */
  private List<Restriction> conflict() {
    List<Restriction> left = new ArrayList<>(Restriction.of(request, force));
    if (left.isEmpty() || plan(Restriction.only(request, force, List.of())).isEmpty()) {
      return List.of();
    }
    for (Restriction restriction : List.copyOf(left)) {
      List<Restriction> without = new ArrayList<>(left);
      without.remove(restriction);
      if (plan(Restriction.only(request, force, without)).isEmpty()) {
        left = without;
      }
    }
    return left;
  }

  private List<WayOut> waysOut(List<Restriction> conflict) {
    List<Callable<Optional<WayOut>>> tasks = new ArrayList<>();
    List<Restriction> all = Restriction.of(request, force);
    for (Restriction restriction : conflict) {
      List<Restriction> without = new ArrayList<>(all);
      without.remove(restriction);
      tasks.add(() ->
          way("give up " + restriction.words(), "", Restriction.only(request, force, without)));
    }
    if (request.options().offload().optimizer() == OffloadTarget.NONE) {
      OffloadPlan host = new OffloadPlan(OffloadTarget.CPU, OffloadTarget.NONE, OffloadTarget.NONE);
      PlanOptions offloaded = request.options().withOffload(host);
      tasks.add(() ->
          way(
              "keep optimizer states in host memory",
              "--offload optimizer=cpu",
              request.withOptions(offloaded)));
    }
    tasks.add(this::smallerMicroBatch);
    tasks.add(this::smallerGlobalBatch);
    tasks.add(this::moreDevices);
    tasks.add(this::fewerLayers);
    for (Optimizer optimizer : Optimizer.values()) {
      if (request.optimizer() == Optimizer.ADAMW && optimizer != Optimizer.ADAMW) {
        tasks.add(() ->
            way(
                "train with " + optimizer.text(),
                "--optimizer " + optimizer.text(),
                request.withOptimizer(optimizer)));
      }
    }
    Precision best = request.cluster().bestPrecision();
    if (best.bytes() < request.precision().bytes()) {
      tasks.add(() ->
          way(
              "compute in " + best.text(),
              "--precision " + best.text(),
              request.withPrecision(best)));
    }
    List<WayOut> found = new ArrayList<>();
    pricing.all(tasks).forEach(way -> way.ifPresent(found::add));
    found.sort(WayOut.CHEAPEST_FIRST);
    return found;
  }

  /** The largest forced micro-batch, by halving, that fits. */
  private Optional<WayOut> smallerMicroBatch() {
    Forced forced = request.options().forced();
    Optional<WayOut> found = Optional.empty();
    for (long size = forced.microBatch().orElse(1) / 2; size >= 1 && found.isEmpty(); size /= 2) {
      String text = ForceText.of(force).with(ForceText.of("micro_batch=" + size)).text();
      found =
          way(
              "use smaller micro-batches",
              "--force " + text,
              request.withOptions(request.options().withForced(ForceParser.parse(text))));
    }
    return found;
  }

  /**
   * The largest global batch, by halving, that fits. One sample keeps least in memory: where that
   * does not fit, no batch does.
   */
  private Optional<WayOut> smallerGlobalBatch() {
    if (request.globalBatch() == 1 || plan(request.withGlobalBatch(1)).isEmpty()) {
      return Optional.empty();
    }
    Optional<WayOut> found = Optional.empty();
    for (long size = request.globalBatch() / 2; size >= 1 && found.isEmpty(); size /= 2) {
      found =
          way(
              "use a smaller global batch",
              "--global-batch " + size,
              request.withGlobalBatch(size));
    }
    return found;
  }

  private Optional<WayOut> moreDevices() {
    return FewestDevices.beyond(request, devices -> plan(on(devices)))
        .map(found ->
            wayOut(
                "use at least " + found.devices() + " devices",
                "--devices " + found.devices(),
                found.plan()));
  }

  private PlanRequest on(int devices) {
    return request.withCluster(request.cluster().withDevices(devices));
  }

  /**
   * The most layers that fit, by bisection: fewer layers always need less. No more do than the
   * share of the states that memory could hold.
   */
  private Optional<WayOut> fewerLayers() {
    int fits = 0;
    int layers = request.graph().layers();
    int fails = Math.min(layers, (int) (layers / StateSize.share(request)) + 1);
    Optional<Plan> best = Optional.empty();
    while (fails - fits > 1) {
      int middle = (fits + fails) / 2;
      Optional<Plan> plan =
          withLayers.apply(middle).flatMap(graph -> plan(request.withGraph(graph)));
      if (plan.isPresent()) {
        fits = middle;
        best = plan;
      } else {
        fails = middle;
      }
    }
    int most = fits;
    return best.map(
        plan -> wayOut("train at most " + most + " layers", "--set layers=" + most, plan));
  }

  private Optional<WayOut> way(String words, String options, PlanRequest changed) {
    return plan(changed).map(plan -> wayOut(words, options, plan));
  }

  private WayOut wayOut(String words, String options, Plan plan) {
    boolean same =
        plan.model().trainableParameters() == request.graph().trainableParameterCount()
            && plan.workload().globalBatch() == request.globalBatch()
            && plan.workload().precision() == request.precision()
            && plan.workload().optimizer().equals(Optional.of(request.optimizer()));
    return new WayOut(
        words,
        options,
        same,
        plan.devices(),
        plan.predicted().stepSeconds(),
        plan.predicted().samplesPerSecond());
  }

  private Optional<Plan> plan(PlanRequest changed) {
    // Solved layers are only worth keeping where many requests share them.
    boolean shared = changed.graph() == request.graph() && changed.devices() == request.devices();
    return switch (Planner.price(changed, shared ? memo : new PlanningMemo())) {
      case PlanOutcome.Planned planned -> Optional.of(planned.plan());
      case PlanOutcome.NoPlan none -> Optional.empty();
    };
  }
}
