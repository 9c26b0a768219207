package autopar.tests.text;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

  /** One run over all seeds; a text that breaks the compiler fails it. */
  @Benchmark
  public int damagedModels() {
    Path home = Path.of(System.getProperty("autopar.home", "."));
    return run(home, COUNT).survivors();
  }

  private static MutationRun run(Path home, int count) {
    List<String> models = MutationRun.models(home);
    return MutationRun.of(models, 1, count, graph -> {});
  }

  /** The same without JMH: {@code MutationBenchmark [home [count]]}. */
  public static void main(String[] args) {
    Path home = Path.of(args.length > 0 ? args[0] : ".");
    int count = args.length > 1 ? Integer.parseInt(args[1]) : COUNT;
    long start = System.nanoTime();
    MutationRun run = run(home, count);
    System.out.printf(
        "%,d texts: %,d valid, %,d refused, %.1f s%n",
        count, run.survivors(), run.refused(), (System.nanoTime() - start) / 1e9);
  }
}
