package autopar.cli;

import picocli.CommandLine.Option;

/** How often what is measured is repeated. */
final class MeasuringOptions {
  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "20",
      description =
          "With --measure: steps of a run. The first half warms code up and does not count."
              + " Default: 20")
  private int steps;

  @Option(
      names = "--repeats",
      paramLabel = "R",
      defaultValue = "2",
      description =
          "With --measure: runs of a layout; the one that other processes disturb least counts."
              + " Default: 2")
  private int repeats;

  int steps() {
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
