package autopar.cli;

import picocli.CommandLine.Option;

/** How often what is measured is repeated. */
final class MeasuringOptions {
  /** Code of every rank is compiled meanwhile, by cores that the ranks share. */
  private static final int FEWEST_STEPS = 12;

  private static final int STEPS_PER_RANK = 6;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "With --measure: steps of a run. The first half warms code up and does not count."
              + " Default: 12, and 6 for each rank")
  private Integer steps;

  @Option(
      names = "--repeats",
      paramLabel = "R",
      defaultValue = "1",
      description =
          "With --measure: runs of a layout; the one that other processes disturb least counts."
              + " Default: 1")
  private int repeats;

  int steps(int ranks) {
    if (steps == null) {
      return FEWEST_STEPS + STEPS_PER_RANK * ranks;
    }
    if (steps < 2) {
      throw PlanningOptions.wrong("--steps must be at least 2, not " + steps);
    }
    return steps;
  }

  int repeats() {
    if (repeats < 1) {
      throw PlanningOptions.wrong("--repeats must be at least 1, not " + repeats);
    }
    return repeats;
  }
}
