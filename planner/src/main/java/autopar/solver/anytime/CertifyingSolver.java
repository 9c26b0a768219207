package autopar.solver.anytime;

import autopar.solver.IntraOpProblem;
import autopar.solver.IntraOpSolution;
import autopar.solver.bound.DualBound;
import autopar.solver.bound.PriceSearch;
import autopar.solver.certificate.InvalidProof;
import autopar.solver.certificate.ProofChecker;
import autopar.solver.certificate.ProofFile;
import autopar.solver.certificate.ProofState;
import autopar.solver.certificate.ProofStep;
import autopar.solver.reduce.Reduced;
import autopar.solver.reduce.Reducer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Solves, and writes a proof of the bound that a checker follows without knowing how it was found.
 *
 * <p>The reductions are written as they are made, and the core is read off the state of the proof,
 * so that prices and messages of the bound belong to the proof too. A choice proved to be best is
 * proved once more with its cost known, which leaves less to search.
 */
public final class CertifyingSolver {
  /** What the certificate is left of the time at least, and at most. */
  private static final double RESERVE = 0.1;

  private static final double LONGEST_RESERVE = 5;

  private static final int QUICK_ROUNDS = 30;

  /**
   * What was found and what of it is certified.
   *
   * @param certified the bound that the file proves; empty if there is none. For a problem that
   *     cannot be met, {@link ProofChecker#infeasible}.
   */
  public record Certified(IntraOpSolution solution, OptionalLong certified) {}

  private final IntraOpProblem problem;
  private final Path file;
  private final Clock clock;
  private final List<ProofStep> reductions = new ArrayList<>();

  private CertifyingSolver(IntraOpProblem problem, double seconds, Path file) {
    this.problem = problem;
    this.file = file;
    clock = new Clock(seconds);
  }

  /**
   * Solves {@code problem} and writes a proof to {@code file}.
   *
   * @throws IOException if the file cannot be written
   */
  public static Certified solve(IntraOpProblem problem, SolveLimits limits, Path file)
      throws IOException {
    return new CertifyingSolver(problem, limits.seconds(), file).solve(limits);
  }

  private Certified solve(SolveLimits limits) throws IOException {
    ProofState root;
    Reduced reduced;
    try {
      root = ProofState.of(problem, 1);
      reduced = reduced(root);
    } catch (ArithmeticException | InvalidProof beyond) {
      return new Certified(AnytimeSolver.solve(problem, limits), OptionalLong.empty());
    }
    return switch (reduced) {
      case Reduced.Contradiction contradiction ->
          new Certified(new IntraOpSolution.Infeasible(contradiction.reason()), infeasible(root));
      case Reduced.ToCore smaller -> solve(limits, root, smaller);
    };
  }

  private Reduced reduced(ProofState root) {
    return Reducer.reduce(
        problem,
        clock.part(AnytimeSolver.REDUCING * clock.total())::isOver,
        step -> take(root, step));
  }

  /** Steps of the first reductions are in the numbers of the proof already. */
  private void take(ProofState root, ProofStep step) {
    if (!root.isClosed()) {
      root.apply(step);
      reductions.add(step);
    }
  }

  private Certified solve(SolveLimits limits, ProofState root, Reduced.ToCore reduced)
      throws IOException {
    if (root.isClosed()) {
      IntraOpSolution none = new IntraOpSolution.Infeasible("every choice has a forbidden part");
      return new Certified(none, infeasible(root));
    }
    ProofCore here = ProofCore.of(root);
    Progress progress = new Progress(here.core().constant(), true);
    double reserve = Math.min(LONGEST_RESERVE, RESERVE * limits.seconds());
    Clock solving = clock.part(limits.seconds() - reserve);
    IntraOpSolution solution =
        AnytimeSolver.solve(problem, reduced.withCore(here.core()), limits, solving, progress);
    return switch (solution) {
      case IntraOpSolution.Solved solved ->
          raised(solved, certified(root, here, progress, solved.optimal(), solved.cost()));
      case IntraOpSolution.Infeasible none -> new Certified(none, infeasible(root));
      case IntraOpSolution.Unknown unknown -> {
        OptionalLong bound = certified(root, here, progress, false, Long.MAX_VALUE);
        long best = Math.max(unknown.lowerBound(), bound.orElse(0));
        yield new Certified(new IntraOpSolution.Unknown(best), bound);
      }
    };
  }

  /** What is certified is known, also where the solver itself had no time to prove as much. */
  private static Certified raised(IntraOpSolution.Solved solved, OptionalLong certified) {
    long bound = Math.max(solved.lowerBound(), certified.orElse(0));
    boolean optimal = solved.optimal() || bound >= solved.cost();
    return new Certified(
        new IntraOpSolution.Solved(solved.choice(), solved.cost(), bound, optimal), certified);
  }

  private OptionalLong certified(
      ProofState root, ProofCore here, Progress progress, boolean optimal, long cost)
      throws IOException {
    if (optimal && proved(root, cost)) {
      return OptionalLong.of(cost);
    }
    DualPoint kept = progress.point();
    ProofStep.Weigh weigh = here.weigh(kept == null ? quickPoint(here) : kept);
    long bound;
    try {
      bound = Math.min(cost, root.bound(weigh));
    } catch (ArithmeticException | InvalidProof beyond) {
      return OptionalLong.empty();
    }
    try (ProofFile out = new ProofFile(file, bound)) {
      reductions.forEach(out);
      out.accept(weigh);
    }
    return OptionalLong.of(bound);
  }

  /** A point for problems whose bound was found by a tree alone, or not at all. */
  private DualPoint quickPoint(ProofCore here) {
    DualBound dual = new DualBound(here.core(), 1.0 / (1L << ProofState.COST_BITS));
    PriceSearch search = new PriceSearch(here.core(), dual);
    for (int round = 0; round < QUICK_ROUNDS && (round == 0 || !clock.isOver()); round++) {
      search.round(search.near(Double.POSITIVE_INFINITY), 4);
    }
    search.returnToBest();
    return DualPoint.of(dual, dual.prices());
  }

  private OptionalLong infeasible(ProofState root) throws IOException {
    long bound = ProofChecker.infeasible(problem);
    return proved(root, bound) ? OptionalLong.of(bound) : OptionalLong.empty();
  }

  private boolean proved(ProofState root, long bound) throws IOException {
    try (ProofFile out = new ProofFile(file, bound)) {
      Consumer<ProofStep> proof = out;
      reductions.forEach(proof);
      return new ProofSearch(bound, proof, clock).prove(root.claiming(bound));
    } catch (ArithmeticException | InvalidProof beyond) {
      return false;
    }
  }
}
