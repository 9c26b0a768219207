package autopar.planner;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.diagnostics.SourceFile;
import autopar.interop.LayerSolutions;
import autopar.intraop.EliminationPlans;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.plan.PlanHashes;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import autopar.training.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The intra-op problems that {@code compile} poses for OPT-66B on 24 devices: one body of the model
 * on one mesh with one micro-batch each. All of them together are to take at most 1 s.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
public class LayerSolverBenchmark {
  private List<LayerSolutions.Posed> problems;
  private final EliminationPlans plans = new EliminationPlans();
  private int next;

  /** Searches once; what was posed on the way is solved again below. */
  @Setup
  public void search() throws IOException {
    Path models = Path.of(System.getProperty("autopar.home", "."), "models");
    Graph graph =
        IrReader.read(
            new SourceFile("opt-66b", Files.readString(models.resolve("opt-66b.ir"))),
            Map.of(),
            IncludeResolver.NONE);
    Path file = models.resolve("clusters").resolve("a800.json");
    Cluster cluster = ClusterReader.read(new SourceFile("a800", Files.readString(file)));
    PlanRequest request =
        new PlanRequest(
            graph,
            cluster.withDevices(24),
            1024,
            Precision.BF16,
            Optimizer.ADAMW,
            PlanOptions.DEFAULT,
            new PlanHashes("0".repeat(64), "1".repeat(64)),
            ProgressListener.SILENT);
    Planner.Problem problem = Planner.problem(request);
    Planner.search(request, problem);
    problems = problem.solutions().posed();
    System.out.println(problems.size() + " problems");
  }

  /** All of them, one after the other, as {@code compile} solves them. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @Warmup(iterations = 2)
  @Measurement(iterations = 5)
  public double allOfOneCompile() {
    EliminationPlans shared = new EliminationPlans();
    return least(() -> shared);
  }

  /** The straightforward way to compare with: every problem finds its elimination order itself. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @Warmup(iterations = 2)
  @Measurement(iterations = 5)
  public double allOfOneCompileWithOrdersOfTheirOwn() {
    return least(EliminationPlans::new);
  }

  private double least(Supplier<EliminationPlans> plans) {
    double least = Double.POSITIVE_INFINITY;
    for (LayerSolutions.Posed posed : problems) {
      least = Math.min(least, posed.solve(plans.get()).leastSeconds());
    }
    return least;
  }

  /** All of them in a JVM that has solved none since the search. */
  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @Fork(3)
  @Warmup(iterations = 0)
  @Measurement(iterations = 1)
  public double allOfOneCompileCold() {
    return allOfOneCompile();
  }

  /** One after the other, over and over. */
  @Benchmark
  @BenchmarkMode(Mode.Throughput)
  @OutputTimeUnit(TimeUnit.SECONDS)
  @Warmup(iterations = 1, time = 3)
  @Measurement(iterations = 3, time = 3)
  public LayerSolutions.Answer one() {
    next = (next + 1) % problems.size();
    return problems.get(next).solve(plans);
  }
}
