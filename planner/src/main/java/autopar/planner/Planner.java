package autopar.planner;

import autopar.cluster.SoftwareProfile;
import autopar.cluster.SoftwareProfiles;
import autopar.cost.CostModel;
import autopar.diagnostics.CompilerBug;
import autopar.interop.Chain;
import autopar.interop.InterOpSearch;
import autopar.interop.LayerSolutions;
import autopar.interop.SearchProgress;
import autopar.interop.SearchResult;
import autopar.interop.SearchSpace;
import autopar.interop.SearchStanding;
import autopar.interop.Workpiece;
import autopar.intraop.BodyStructure;
import autopar.plan.Plan;
import autopar.plan.PlanVerifier;
import autopar.plan.PlanViolation;
import autopar.training.TrainingGraph;
import java.util.List;
import java.util.Optional;

/** The line from a graph to a plan. Whoever wants to change the planner begins here. */
public final class Planner {

  private Planner() {}

  /** Plans, verifies the plan, and explains what stands in the way where there is none. */
  public static PlanOutcome plan(PlanRequest request) {
    return plan(
        request,
        new PlanningMemo(),
        WaysOut::of,
        request.options().forced().equals(Forced.NOTHING));
  }

  /**
   * As {@link #plan(PlanRequest)}, but where nothing fits no way out is looked for, and no layout
   * is priced for comparison.
   */
  public static PlanOutcome price(PlanRequest request) {
    return price(request, new PlanningMemo());
  }

  /** As {@link #price(PlanRequest)}, for one of many requests that share {@code memo}. */
  public static PlanOutcome price(PlanRequest request, PlanningMemo memo) {
    return plan(request, memo, WaysOut::none, false);
  }

  /** Says why nothing fits. */
  @FunctionalInterface
  private interface Refusal {
    PlanOutcome of(PlanRequest request, Workpiece work, SearchResult result);
  }

  private static PlanOutcome plan(
      PlanRequest request, PlanningMemo memo, Refusal refusal, boolean compared) {
    Optional<PlanOutcome> impossible = impossible(request);
    if (impossible.isPresent()) {
      return impossible.get();
    }
    Problem problem = problem(request, memo);
    InterOpSearch search = interOp(request, problem);
    SearchResult result = search.search();
    if (result.ranked().isEmpty()) {
      return refusal.of(request, problem.work(), result);
    }
    if (compared) {
      result = result.withReferences(search.references(result));
    }
    Plan plan = new PlanAssembler(request, problem, result).assemble();
    List<PlanViolation> violations = PlanVerifier.verify(plan);
    boolean onlyMemory = violations.stream().allMatch(v -> v.constraint().equals("P8"));
    for (int next = 1;
        !violations.isEmpty() && onlyMemory && next < result.ranked().size();
        next++) {
      // The tensors of a plan, rounded one by one, may need a little more than its price said.
      SearchResult rest = result.from(next);
      Plan other = new PlanAssembler(request, problem, rest).assemble();
      if (PlanVerifier.verify(other).isEmpty()) {
        return new PlanOutcome.Planned(other);
      }
    }
    if (!violations.isEmpty()) {
      throw new CompilerBug(
          "verify plan", request.graph().name(), violations.getFirst().toString());
    }
    return new PlanOutcome.Planned(plan);
  }

  private static Optional<PlanOutcome> impossible(PlanRequest request) {
    List<String> contradictions = ForcedLayout.contradictions(request);
    return contradictions.isEmpty()
        ? Optional.empty()
        : Optional.of(new PlanOutcome.NoPlan(contradictions, List.of(), 0));
  }

  /** What the request asks, ready to be searched. */
  record Problem(
      Workpiece work,
      SearchSpace space,
      List<BodyStructure> structures,
      LayerSolutions solutions,
      TrainingGraph training) {}

  static Problem problem(PlanRequest request) {
    return problem(request, new PlanningMemo());
  }

  private static Problem problem(PlanRequest request, PlanningMemo memo) {
    SoftwareProfile software = software(request);
    AttentionKind attention = attention(request, software);
    PlanningMemo.Trained trained = memo.trained(request.graph(), attention);
    Chain chain = new Chain(trained.graph());
    CostModel cost = new CostModel(request.cluster(), software, request.precision());
    Workpiece work = RequestedWork.of(request, chain, cost);
    return new Problem(
        work,
        RequestedWork.space(request),
        trained.structures(),
        memo.solutions(request, attention, chain, trained.structures(), work),
        trained.training());
  }

  /** The profile asked for, the cluster's, or the default where neither is known. */
  static SoftwareProfile software(PlanRequest request) {
    if (request.software().isPresent()) {
      return request.software().get();
    }
    String name = request.options().forced().software().orElse(request.cluster().software());
    return SoftwareProfiles.find(name)
        .or(() -> SoftwareProfiles.find(SoftwareProfiles.DEFAULT))
        .orElseThrow();
  }

  static AttentionKind attention(PlanRequest request, SoftwareProfile software) {
    return request
        .options()
        .forced()
        .attention()
        .orElse(software.flashAttention() ? AttentionKind.FLASH : AttentionKind.UNFUSED);
  }

  static SearchResult search(PlanRequest request, Problem problem) {
    return interOp(request, problem).search();
  }

  private static InterOpSearch interOp(PlanRequest request, Problem problem) {
    return new InterOpSearch(
        problem.work(),
        problem.space(),
        request.cluster(),
        problem.solutions(),
        request.options().threads(),
        progress(request));
  }

  private static SearchProgress progress(PlanRequest request) {
    long limit =
        (long) (request.options().timeLimitSeconds().orElse(Double.POSITIVE_INFINITY) * 1e9);
    long start = System.nanoTime();
    return new SearchProgress() {
      @Override
      public void at(SearchStanding standing) {
        request.progress().at(standing);
      }

      @Override
      public boolean expired() {
        return System.nanoTime() - start >= limit;
      }
    };
  }
}
