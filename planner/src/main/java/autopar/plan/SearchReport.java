package autopar.plan;

import java.util.List;

/**
 * How the plan was found. {@code wallSeconds} is the only figure that differs between two runs of
 * the same input, seed and threads; {@code notes} say what the reader should know (why devices are
 * idle, which limit cut the search).
 */
public record SearchReport(
    double wallSeconds,
    long seed,
    int threads,
    long candidates,
    String solver,
    List<RunnerUp> runnerUps,
    List<String> notes) {

  public SearchReport {
    runnerUps = List.copyOf(runnerUps);
    notes = List.copyOf(notes);
  }
}
