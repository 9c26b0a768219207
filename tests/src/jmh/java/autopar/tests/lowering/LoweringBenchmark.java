package autopar.tests.lowering;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.lowering.LowerPlan;
import autopar.plan.Plan;
import autopar.plan.PlanHashes;
import autopar.planner.PlanOptions;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.ProgressListener;
import autopar.program.LiveBytes;
import autopar.program.ProgramBundle;
import autopar.program.ProgramVerifier;
import autopar.program.ProgramViolation;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import autopar.training.Optimizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From a plan to sound programs, in the JVM that made the plan: OPT-66B on 24 devices is to take at
 * most 2 s, GPT-3 175B on 1,024 devices at most 20 s.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
public class LoweringBenchmark {

  /** Model, cluster, devices and global batch. */
  @Param({"opt-66b a800 24 1024", "gpt3-175b a100-80g 1024 1536"})
  public String request;

  private Graph graph;
  private Plan plan;
  private ProgramBundle bundle;

  /** Plans. */
  @Setup
  public void plan() throws IOException {
    String[] words = request.split(" ");
    Path models = Path.of(System.getProperty("autopar.home", "."), "models");
    Path model = models.resolve(words[0] + ".ir");
    graph =
        IrReader.read(
            new SourceFile(words[0], Files.readString(model)), Map.of(), IncludeResolver.NONE);
    Path file = models.resolve("clusters").resolve(words[1] + ".json");
    Cluster cluster = ClusterReader.read(new SourceFile(words[1], Files.readString(file)));
    PlanOutcome outcome =
        Planner.plan(
            new PlanRequest(
                graph,
                cluster.withDevices(Integer.parseInt(words[2])),
                Long.parseLong(words[3]),
                Precision.BF16,
                Optimizer.ADAMW,
                PlanOptions.DEFAULT,
                new PlanHashes("0".repeat(64), "1".repeat(64)),
                ProgressListener.SILENT));
    plan =
        switch (outcome) {
          case PlanOutcome.Planned planned -> planned.plan();
          case PlanOutcome.NoPlan none -> throw new IllegalStateException(none.toString());
        };
    bundle = LowerPlan.lower(plan, graph);
  }

  /** Lowers, and proves what came out. */
  @Benchmark
  public ProgramBundle lower() {
    return LowerPlan.lower(plan, graph);
  }

  /** The proof alone. */
  @Benchmark
  public List<ProgramViolation> verify() {
    return ProgramVerifier.verify(bundle);
  }

  /** The peak of every stage. */
  @Benchmark
  public long liveBytes() {
    long most = 0;
    for (int stage = 0; stage < bundle.stages().size(); stage++) {
      most = Math.max(most, LiveBytes.worst(bundle, stage).total());
    }
    return most;
  }
}
