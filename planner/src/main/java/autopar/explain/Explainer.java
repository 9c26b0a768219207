package autopar.explain;

import autopar.plan.Plan;
import autopar.planner.Forced;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.PlanningMemo;
import autopar.planner.Pricing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Explains a plan by asking the planner again: once for every alternative of every decision, and
 * once for every changed circumstance with the layout kept and once with everything replanned.
 */
public final class Explainer {
  /** Relative difference up to which two step times are the same. */
  private static final double SAME = 1e-9;

  private final Subject subject;
  private final Pricing pricing;
  private final PlanningMemo memo = new PlanningMemo();

  private Explainer(Subject subject, Pricing.Listener listener) {
    this.subject = subject;
    this.pricing = new Pricing(subject.request().options().threads(), listener);
  }

  /** Why the plan of {@code subject} is as it is. */
  public static Explanation explain(Subject subject, Pricing.Listener listener) {
    return new Explainer(subject, listener).explanation();
  }

  /**
   * The alternative in which {@code decisions} are forced, priced exactly as {@code compile
   * --force} does; they take the place of what the request forced itself.
   */
  public static PlanOutcome whyNot(PlanRequest request, Forced decisions) {
    return Planner.price(request.withOptions(request.options().withForced(decisions)));
  }

  private Explanation explanation() {
    Plan plan = subject.plan();
    boolean keepable = isKeepable();
    Questions questions = new Questions(subject);
    List<List<Question>> asked = new ArrayList<>();
    List<Callable<PlanOutcome>> tasks = new ArrayList<>();
    for (Decision decision : Decision.values()) {
      List<Question> about =
          questions.about(decision).stream().filter(q -> keepable || !q.kept()).toList();
      asked.add(about);
      about.forEach(q -> tasks.add(() -> price(q.request())));
    }
    List<Circumstance> circumstances = new ArrayList<>();
    for (Circumstance circumstance : Circumstance.values()) {
      circumstance
          .of(subject.request())
          .ifPresent(changed -> {
            circumstances.add(circumstance);
            tasks.add(() -> price(changed));
            PlanRequest same = circumstance.of(keeping()).orElseThrow();
            tasks.add(() -> price(same));
          });
    }
    List<PlanOutcome> outcomes = pricing.all(tasks);
    int at = 0;
    List<DecisionReport> decisions = new ArrayList<>();
    for (int d = 0; d < asked.size(); d++) {
      List<Alternative> tried = new ArrayList<>();
      for (Question question : asked.get(d)) {
        tried.add(new Alternative(question.options(), question.kept(), outcomes.get(at++)));
      }
      decisions.add(report(Decision.values()[d], tried));
    }
    List<Sensitivity> sensitivities = new ArrayList<>();
    for (Circumstance circumstance : circumstances) {
      PlanOutcome replanned = outcomes.get(at++);
      PlanOutcome kept = outcomes.get(at++);
      sensitivities.add(new Sensitivity(circumstance.key(), circumstance.words(), kept, replanned));
    }
    return new Explanation(
        plan,
        StepParts.of(plan),
        decisions,
        Binding.of(plan, subject.request().cluster()),
        sensitivities,
        keepable);
  }

  /** The request with the plan's meshes, micro-batch and layers forced. */
  private PlanRequest keeping() {
    ForceText own = ForceText.of(subject.force());
    return subject.forcing(own.with(ForceText.of(Kept.of(subject.plan()).all())).text());
  }

  private boolean isKeepable() {
    double step = subject.plan().predicted().stepSeconds();
    return price(keeping()) instanceof PlanOutcome.Planned same
        && Math.abs(same.plan().predicted().stepSeconds() - step) <= SAME * step;
  }

  private DecisionReport report(Decision decision, List<Alternative> tried) {
    Plan plan = subject.plan();
    List<Alternative> others = new ArrayList<>();
    for (Alternative alternative : tried) {
      if (alternative.differs(decision, plan)) {
        others.add(alternative);
      }
    }
    others.sort(
        Comparator.comparingDouble(Alternative::stepSeconds).thenComparing(Explainer::missing));
    Optional<Compared> runnerUp = Optional.empty();
    if (!others.isEmpty() && others.getFirst().outcome() instanceof PlanOutcome.Planned best) {
      runnerUp = Optional.of(Compared.of(others.getFirst().options(), plan, best.plan()));
    }
    boolean forced = decision.forceKeys().stream().anyMatch(ForceText.of(subject.force())::has);
    return new DecisionReport(decision, decision.of(plan), forced, runnerUp, others);
  }

  private static Long missing(Alternative alternative) {
    return switch (alternative.outcome()) {
      case PlanOutcome.Planned planned -> 0L;
      case PlanOutcome.NoPlan none ->
          none.missingBytes() == 0 ? Long.MAX_VALUE : none.missingBytes();
    };
  }

  /** Questions are answered side by side, each by one thread; that changes no answer. */
  private PlanOutcome price(PlanRequest request) {
    return Planner.price(request.withOptions(request.options().withThreads(1)), memo);
  }
}
