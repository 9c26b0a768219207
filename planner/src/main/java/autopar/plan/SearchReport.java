package autopar.plan;

import java.util.List;

/**
 * How the plan was found. {@code wallSeconds} is the only figure that differs between two runs of
 * the same input, seed and threads; {@code notes} say what the reader should know (why devices are
 * idle, which limit cut the search).
 *
 * <p>{@code explored} are the pipelines that were simulated, the chosen one first; {@code
 * references} the layouts that people use, empty where decisions were forced.
 */
public record SearchReport(
    double wallSeconds,
    long seed,
    int threads,
    long candidates,
    String solver,
    List<RunnerUp> runnerUps,
    List<String> notes,
    List<ExploredLayout> explored,
    List<ReferenceLayout> references) {

  public SearchReport {
    runnerUps = List.copyOf(runnerUps);
    notes = List.copyOf(notes);
    explored = List.copyOf(explored);
    references = List.copyOf(references);
  }

  /** The same search, had it taken {@code seconds}. */
  public SearchReport withWallSeconds(double seconds) {
    return new SearchReport(
        seconds, seed, threads, candidates, solver, runnerUps, notes, explored, references);
  }
}
