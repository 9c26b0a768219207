package autopar.cli;

import autopar.diagnostics.RunFailure;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Seconds of a step of a plan on the CPU ranks of this machine.
 *
 * @param seconds the median of the second half of the steps
 * @param coreSeconds of all ranks for each of them, time in which they wait for each other included
 * @param noise half the distance of the quartiles of these steps, as a part of the median
 * @param others part of the machine that other processes took meanwhile, where that is known
 */
record MeasuredStep(double seconds, double coreSeconds, double noise, OptionalDouble others) {
  private static final Duration HANG = Duration.ofSeconds(120);

  /** Runs the plan in {@code folder} as processes. */
  static MeasuredStep of(Path folder, int ranks, int steps) {
    List<String> arguments =
        List.of(
            "run",
            folder.toString(),
            "--backend",
            "mpi",
            "--precision",
            "fp32",
            "--steps",
            Integer.toString(steps),
            "--timeout",
            Long.toString(HANG.toSeconds()),
            "--format",
            "json");
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    try (ProcessorWatch watch = new ProcessorWatch()) {
      int code = RankLaunch.run(ranks, arguments, HANG, heard, errors);
      if (code != 0) {
        throw new RunFailure(
            "ranks ended with exit code " + code + ": " + errors.toString(StandardCharsets.UTF_8));
      }
      List<Double> steady = steady(heard.toString(StandardCharsets.UTF_8));
      double together = steady.stream().mapToDouble(s -> s).sum();
      List<Double> sorted = steady.stream().sorted().toList();
      int quarter = sorted.size() / 4;
      double median = sorted.get(sorted.size() / 2);
      double spread = sorted.get(sorted.size() - 1 - quarter) - sorted.get(quarter);
      return new MeasuredStep(
          median,
          watch.coreSecondsOfLast(together) / steady.size(),
          spread / 2 / median,
          watch.others());
    } catch (IOException e) {
      throw new RunFailure("cannot read what the ranks report: " + e.getMessage(), e);
    }
  }

  private static List<Double> steady(String json) throws JsonProcessingException {
    List<Double> seconds = new ArrayList<>();
    for (JsonNode step : new ObjectMapper().readTree(json).path("step_s")) {
      seconds.add(step.doubleValue());
    }
    if (seconds.isEmpty()) {
      throw new RunFailure("the run reported no steps");
    }
    return seconds.subList(seconds.size() / 2, seconds.size());
  }
}
