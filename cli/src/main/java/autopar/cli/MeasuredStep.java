package autopar.cli;

import autopar.diagnostics.RunFailure;
import autopar.runtime.mpi.MpiLauncher;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Seconds of a step of a plan on the CPU ranks of this machine.
 *
 * @param seconds the median of the second half of the steps
 * @param others part of the machine that other processes took meanwhile, where that is known
 */
record MeasuredStep(double seconds, OptionalDouble others) {
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
    try (OtherProcesses others = new OtherProcesses()) {
      Path board = Files.createTempFile("autopar", ".board");
      try {
        int code =
            MpiLauncher.start(
                    ranks,
                    RankCommandLine.of(ranks, arguments),
                    Map.of(),
                    board,
                    HANG,
                    heard,
                    errors)
                .await();
        if (code != 0) {
          throw new RunFailure(
              "ranks ended with exit code "
                  + code
                  + ": "
                  + errors.toString(StandardCharsets.UTF_8));
        }
      } finally {
        Files.deleteIfExists(board);
      }
      return new MeasuredStep(steadySeconds(heard.toString(StandardCharsets.UTF_8)), others.part());
    } catch (IOException e) {
      throw new RunFailure("cannot write a temporary file: " + e.getMessage(), e);
    }
  }

  private static double steadySeconds(String json) throws JsonProcessingException {
    List<Double> seconds = new ArrayList<>();
    for (JsonNode step : new ObjectMapper().readTree(json).path("step_s")) {
      seconds.add(step.doubleValue());
    }
    if (seconds.isEmpty()) {
      throw new RunFailure("the run reported no steps");
    }
    List<Double> steady = new ArrayList<>(seconds.subList(seconds.size() / 2, seconds.size()));
    Collections.sort(steady);
    return steady.get(steady.size() / 2);
  }
}
