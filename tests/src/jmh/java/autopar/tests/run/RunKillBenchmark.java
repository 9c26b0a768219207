package autopar.tests.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Twenty killed runs of each kind: how they end, what they leave and whether they go on. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class RunKillBenchmark {
  private static final int COUNT = 20;

  /** Runs end within this time. */
  private static final double END_SECONDS = 10;

  /** All kills; one that ends otherwise than it should fails it. */
  @Benchmark
  public boolean killedRuns() throws IOException, InterruptedException {
    if (!run(COUNT)) {
      throw new AssertionError("a killed run did not end or resume as it should");
    }
    return true;
  }

  private static boolean run(int count) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("autopar-kills");
    System.out.println("files: " + folder);
    KillTrials trials = KillTrials.begin(folder);
    boolean good = true;
    for (KillKind kind : KillKind.values()) {
      List<Kill> kills = new ArrayList<>();
      for (int seed = 0; seed < count; seed++) {
        Kill kill = trials.kill(kind, seed);
        kills.add(kill);
        System.out.println(kill);
      }
      long clear = kills.stream().filter(k -> k.problem().isEmpty()).count();
      long exact = kills.stream().filter(Kill::exact).count();
      int orphans = kills.stream().mapToInt(k -> k.orphans().size()).sum();
      double slowest = kills.stream().mapToDouble(Kill::seconds).max().orElse(0);
      System.out.printf(
          "%s: %d killed, %s, %.2f s at most to end, %d orphans, %d in a checkpoint,"
              + " %d resumed exactly%n",
          kind,
          count,
          switch (kind) {
            case RANK -> clear + " ended clearly";
            case JOB -> "none left to say so";
          },
          slowest,
          orphans,
          kills.stream().filter(Kill::inCheckpoint).count(),
          exact);
      good &= clear == count && exact == count && orphans == 0 && slowest < END_SECONDS;
    }
    return good;
  }

  /** The same without JMH: {@code RunKillBenchmark [count]}. */
  public static void main(String[] args) throws IOException, InterruptedException {
    boolean good = run(args.length > 0 ? Integer.parseInt(args[0]) : COUNT);
    System.exit(good ? 0 : 1);
  }
}
