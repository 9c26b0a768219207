package autopar.solver.anytime;

import autopar.solver.IntraOpProblem;
import autopar.solver.IntraOpSolution;
import autopar.solver.SolutionEvaluator;
import autopar.solver.exact.Incumbent;
import autopar.solver.reduce.Core;
import autopar.solver.reduce.Reduced;
import autopar.solver.reduce.Reducer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Solves a problem within limits; the answer never claims more than was proved.
 *
 * <p>The order of turns: reductions to a core; then side by side the prover (dual bound, reduced
 * costs, branch and bound) and the searchers (neighbourhoods), which share the best choice and the
 * prices of the rows.
 */
public final class AnytimeSolver {
  /** A core of so few strategies is proved at once, without threads. */
  private static final int TINY = 200;

  /** After this part of the time the slow reductions are left out. */
  static final double REDUCING = 0.4;

  /** Seconds of a turn of the prover's thread as a searcher, at least. */
  private static final double SHORTEST_SEARCH = 5;

  private AnytimeSolver() {}

  /** Solves {@code problem}; the time counts from this call. */
  public static IntraOpSolution solve(IntraOpProblem problem, SolveLimits limits) {
    Clock clock = new Clock(limits.seconds());
    return switch (Reducer.reduce(problem, clock.part(REDUCING * limits.seconds())::isOver)) {
      case Reduced.Contradiction contradiction ->
          new IntraOpSolution.Infeasible(contradiction.reason());
      case Reduced.ToCore reduced ->
          solve(problem, reduced, limits, clock, new Progress(reduced.core().constant(), false));
    };
  }

  /** Solves what was reduced; {@code progress} holds in the end how far the proof went. */
  static IntraOpSolution solve(
      IntraOpProblem problem,
      Reduced.ToCore reduced,
      SolveLimits limits,
      Clock clock,
      Progress progress) {
    Core core = reduced.core();
    Incumbent incumbent = new Incumbent();
    if (core.nodeCount() == 0) {
      incumbent.offer(new int[0], core.constant());
      progress.raise(core.constant());
      progress.complete();
    } else {
      work(core, incumbent, progress, limits, clock);
    }
    return answer(problem, reduced, incumbent, progress);
  }

  private static void work(
      Core core, Incumbent incumbent, Progress progress, SolveLimits limits, Clock clock) {
    if (core.strategyCount() <= TINY) {
      new Prover(core, incumbent, progress).run(clock);
      return;
    }
    List<Runnable> turns = new ArrayList<>();
    if (limits.threads() == 1) {
      Clock first = clock.part(Math.min(0.1 * limits.seconds(), 3));
      turns.add(() -> {
        new Searcher(core, incumbent, progress, limits.seed()).run(first);
        new Prover(core, incumbent, progress).run(clock.part(0.5 * limits.seconds()));
        new Searcher(core, incumbent, progress, limits.seed() + 1).run(clock);
      });
    } else {
      turns.add(() -> proveAndSearch(core, incumbent, progress, limits, clock));
      for (int i = 1; i < limits.threads(); i++) {
        long seed = limits.seed() + i;
        turns.add(() -> new Searcher(core, incumbent, progress, seed).run(clock));
      }
    }
    runAll(turns);
  }

  /** Where the bound hardly rises any more, its thread searches every other while. */
  private static void proveAndSearch(
      Core core, Incumbent incumbent, Progress progress, SolveLimits limits, Clock clock) {
    Prover prover = new Prover(core, incumbent, progress);
    Searcher searcher = new Searcher(core, incumbent, progress, limits.seed() + limits.threads());
    while (!clock.isOver() && !progress.isComplete()) {
      double from = clock.elapsed();
      prover.run(clock);
      double now = clock.elapsed();
      searcher.run(clock.part(now + Math.max(SHORTEST_SEARCH, now - from)));
    }
  }

  private static void runAll(List<Runnable> turns) {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (Runnable turn : turns) {
      Thread thread =
          new Thread(null, () -> guarded(turn, failure), "solver-" + threads.size(), 256L << 20);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      joined(thread);
    }
    if (failure.get() != null) {
      throw new IllegalStateException("a part of the solver failed", failure.get());
    }
  }

  private static void guarded(Runnable turn, AtomicReference<Throwable> failure) {
    try {
      turn.run();
    } catch (RuntimeException | Error thrown) {
      failure.compareAndSet(null, thrown);
    }
  }

  private static void joined(Thread thread) {
    boolean done = false;
    while (!done) {
      try {
        thread.join();
        done = true;
      } catch (InterruptedException again) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static IntraOpSolution answer(
      IntraOpProblem problem, Reduced.ToCore reduced, Incumbent incumbent, Progress progress) {
    int[] coreChoice = incumbent.choice();
    long bound = (long) Math.ceil(progress.bound() - 0.25);
    if (coreChoice == null) {
      return progress.isComplete()
          ? new IntraOpSolution.Infeasible(reason(reduced.core(), progress))
          : new IntraOpSolution.Unknown(bound);
    }
    int[] choice = reduced.expand(coreChoice);
    return switch (SolutionEvaluator.evaluate(problem, choice)) {
      case SolutionEvaluator.Evaluation.Infeasible wrong ->
          throw new IllegalStateException("the solver's choice is no answer: " + wrong.reason());
      case SolutionEvaluator.Evaluation.Feasible right -> {
        long cost = right.cost().longValueExact();
        boolean optimal = progress.isComplete() || bound >= cost;
        yield new IntraOpSolution.Solved(
            choice, cost, optimal ? cost : Math.min(bound, cost), optimal);
      }
    };
  }

  /** Names the row that was priced highest on the way to the proof. */
  private static String reason(Core core, Progress progress) {
    Progress.Guide guide = progress.guide();
    int worst = -1;
    for (int r = 0; guide != null && r < guide.prices().length; r++) {
      if (guide.prices()[r] > 0 && (worst < 0 || guide.prices()[r] > guide.prices()[worst])) {
        worst = r;
      }
    }
    return worst < 0
        ? "every choice has a forbidden strategy or cell, or exceeds the usage limit"
        : "no allowed choice meets the usage limit; time "
            + core.rowTimes()[worst]
            + " is the tightest";
  }
}
