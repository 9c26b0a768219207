package autopar.tests.text;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** 100,000 damaged models from text to training graph; the limit is five minutes. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class MutationBenchmark {
  private static final int COUNT = 100_000;
  private static final int SEEDS = 100;

  /** All seeds, on every core; a text that breaks the compiler fails it. */
  @Benchmark
  public int damagedModels() {
    return run(Path.of(System.getProperty("autopar.home", ".")), COUNT);
  }

  /** The number of texts that were still models. */
  private static int run(Path home, int count) {
    List<String> models = MutationRun.models(home);
    int share = count / SEEDS;
    return IntStream.range(0, SEEDS)
        .parallel()
        .map(seed -> MutationRun.of(models, seed, share, graph -> {}).survivors())
        .sum();
  }

  /** The same without JMH: {@code MutationBenchmark [home [count]]}. */
  public static void main(String[] args) {
    Path home = Path.of(args.length > 0 ? args[0] : ".");
    int count = args.length > 1 ? Integer.parseInt(args[1]) : COUNT;
    long start = System.nanoTime();
    int valid = run(home, count);
    System.out.printf(
        "%,d texts, %,d still valid, %.1f s%n", count, valid, (System.nanoTime() - start) / 1e9);
  }
}
