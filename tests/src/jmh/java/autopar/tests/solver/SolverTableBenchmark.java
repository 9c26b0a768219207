package autopar.tests.solver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The tables of docs/solver.md: every contest instance with three seeds as a process of its own,
 * medians of cost, bound, gap, wall time and peak resident memory.
 *
 * <p>An instance is missing where the reference folder is not at hand; memory is read from /proc
 * and so from Linux only. {@code contestLimits} takes up to 75 minutes, the others less.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class SolverTableBenchmark {
  private static final int SEEDS = 3;
  private static final String NAMES = "ABCLNRSV";

  private record Run(long cost, long bound, double wallSeconds, long peakMegabytes) {
    double gap() {
      return (double) (cost - bound) / cost;
    }
  }

  /** Within the limits of the contest. */
  @Benchmark
  public int contestLimits() throws IOException, InterruptedException {
    return table(0);
  }

  /** Within a second. */
  @Benchmark
  public int after1Second() throws IOException, InterruptedException {
    return table(1);
  }

  /** Within 15 seconds. */
  @Benchmark
  public int after15Seconds() throws IOException, InterruptedException {
    return table(15);
  }

  /** Within 40 seconds. */
  @Benchmark
  public int after40Seconds() throws IOException, InterruptedException {
    return table(40);
  }

  private static int table(int limit) throws IOException, InterruptedException {
    Path home = Path.of(System.getProperty("autopar.home", ".")).toAbsolutePath();
    Path folder = home.resolve("../shared/reference/iopddl").normalize();
    JsonNode scores =
        new ObjectMapper().readTree(folder.resolve("scores.json").toFile()).get("instances");
    System.out.println(
        "| instance | limit s | cost | against best contest | bound | gap | whole process s |"
            + " RSS MB |\n|---|---|---|---|---|---|---|---|");
    int rows = 0;
    for (char name : NAMES.toCharArray()) {
      Path file = folder.resolve("asplos-2025-iopddl-" + name + ".json.gz");
      if (Files.isRegularFile(file)) {
        JsonNode score = scores.get(String.valueOf(name));
        int seconds = limit > 0 ? limit : score.get("timeout_s").asInt();
        List<Run> runs = new ArrayList<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
          runs.add(run(home, file, seconds, seed));
        }
        print(name, seconds, runs, score.get("best_contest").asLong());
        rows++;
      }
    }
    return rows;
  }

  private static void print(char name, int seconds, List<Run> runs, long contest) {
    Run cost = median(runs, Comparator.comparingLong(Run::cost));
    Run gap = median(runs, Comparator.comparingDouble(Run::gap));
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %,d | %+.2f %% | %,d | %s | %.1f | %d |%n",
        name,
        seconds,
        cost.cost(),
        100.0 * (cost.cost() - contest) / contest,
        median(runs, Comparator.comparingLong(Run::bound)).bound(),
        gap.gap() == 0 ? "optimal" : String.format(Locale.ROOT, "%.2f %%", 100 * gap.gap()),
        median(runs, Comparator.comparingDouble(Run::wallSeconds)).wallSeconds(),
        median(runs, Comparator.comparingLong(Run::peakMegabytes)).peakMegabytes());
  }

  private static Run median(List<Run> runs, Comparator<Run> order) {
    return runs.stream().sorted(order).toList().get(runs.size() / 2);
  }

  private static Run run(Path home, Path file, int seconds, int seed)
      throws IOException, InterruptedException {
    Path answer = Files.createTempFile("autopar-solve", ".json");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(
                home.resolve("autopar").toString(),
                "solve",
                file.toString(),
                "--time-limit=" + seconds,
                "--threads=2",
                "--seed=" + seed,
                "--format=json")
            .redirectOutput(answer.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long peak = 0;
    while (!process.waitFor(100, TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, peakMegabytes(process.pid()));
    }
    double wallSeconds = (System.nanoTime() - start) / 1e9;
    JsonNode json = new ObjectMapper().readTree(answer.toFile());
    Files.delete(answer);
    if (process.exitValue() != 0) {
      throw new IllegalStateException(file + " with seed " + seed + " has no answer: " + json);
    }
    return new Run(json.get("cost").asLong(), json.get("lower_bound").asLong(), wallSeconds, peak);
  }

  private static long peakMegabytes(long process) {
    Path status = Path.of("/proc", Long.toString(process), "status");
    try {
      for (String line : Files.readAllLines(status)) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
        }
      }
    } catch (IOException gone) {
      return 0;
    }
    return 0;
  }
}
