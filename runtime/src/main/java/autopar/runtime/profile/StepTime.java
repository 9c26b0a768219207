package autopar.runtime.profile;

import autopar.cluster.Cluster;
import autopar.diagnostics.CompilerBug;
import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.lowering.LowerPlan;
import autopar.plan.Plan;
import autopar.plan.PlanHashes;
import autopar.planner.ForceParser;
import autopar.planner.PlanOptions;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.ProgressListener;
import autopar.program.Instruction;
import autopar.program.ProgramBundle;
import autopar.runtime.OptimizerSettings;
import autopar.runtime.SyntheticData;
import autopar.runtime.kernel.FloatKernels;
import autopar.runtime.rank.RankExecutor;
import autopar.runtime.rank.StreamQueues;
import autopar.runtime.rank.Transport;
import autopar.runtime.simulated.SimulatedWorld;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import autopar.training.Optimizer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Steps of a small model on one rank of this process, for what no kernel alone can tell: the time
 * that an instruction takes whatever its size, and how fast kernels are among others.
 */
final class StepTime {
  static final int REPEATS = 15;

  private static final String MODEL =
      """
      model instructions
      batch dim batch = 2
      dim layers = 2, seq = 4, hidden = 8, heads = 2, head = hidden / heads
      dim ffn = 4 * hidden, vocab = 16
      input tokens, labels : i32[batch, seq]
      block decoder(x : [batch, seq, hidden]) {
        param gain, bias : [hidden]
        param wq, wk, wv : [hidden, heads, head]
        param wo : [heads, head, hidden]
        param w1 : [hidden, ffn]
        param b1 : [ffn]
        param w2 : [ffn, hidden]
        let h = layer_norm(x, gain, bias, eps = 1e-5)
        let q = einsum("bsh,hnd->bsnd", h, wq)
        let k = einsum("bsh,hnd->bsnd", h, wk)
        let v = einsum("bsh,hnd->bsnd", h, wv)
        let a = attention(q, k, v, mask = causal)
        let y = x + einsum("bsnd,ndh->bsh", a, wo)
        return y + einsum("bsf,fh->bsh", gelu_tanh(einsum("bsh,hf->bsf", y, w1) + b1), w2)
      }
      param wte : [vocab, hidden]
      let x0 = embedding(wte, tokens)
      let x1 = repeat layers decoder(x0)
      let logits = einsum("bsh,vh->bsv", x1, wte)
      loss cross_entropy(logits, labels)
      """;

  /** The plan is never written, so nothing needs to be found again by its hash. */
  private static final String NO_HASH = "0".repeat(64);

  private StepTime() {}

  /** A model of so few elements that nothing but its instructions is left. */
  private static final Map<String, Long> FEW = Map.of();

  /** Models whose kernels are as large as those of small trainings, and their micro-batches. */
  private static final int[][] SMALL = {{256, 4}, {384, 1}, {512, 2}};

  /** So many that weights, gradients and states are more than caches hold. */
  static final long LAYERS = 6;

  static final long HEAD = 64;

  static final double LEAST = 0.3;
  private static final double MOST = 2;

  /**
   * Seconds of an instruction: other instructions than kernels are shared out over the kernels,
   * since prices know kernels only.
   */
  static double ofInstruction(Cluster draft, FloatKernels kernels) {
    Run run = new Run(draft, kernels, FEW, 1);
    return run.seconds() / run.launches();
  }

  /**
   * The prices of steps over the seconds of a core that they take. One model alone would pass on
   * how well its own shapes are priced.
   */
  static double partOfSpeed(Cluster draft, FloatKernels kernels) {
    double predicted = 0;
    double seconds = 0;
    for (int[] model : SMALL) {
      long hidden = model[0];
      Run run = new Run(draft, kernels, dims(8, LAYERS, hidden), model[1]);
      predicted += run.predicted();
      seconds += run.seconds();
    }
    return Math.clamp(predicted / seconds, LEAST, MOST);
  }

  /** The sizes of a small model. */
  static Map<String, Long> dims(long batch, long layers, long hidden) {
    return Map.ofEntries(
        Map.entry("batch", batch),
        Map.entry("layers", layers),
        Map.entry("hidden", hidden),
        Map.entry("heads", hidden / HEAD),
        Map.entry("seq", 128L),
        Map.entry("vocab", 1024L));
  }

  /** Steps of one model, on this rank of some. */
  static final class Run {
    private final Plan plan;
    private final RankExecutor executor;
    private final AtomicLong started = new AtomicLong();
    private int step;

    Run(Cluster draft, FloatKernels kernels, Map<String, Long> dims, int microBatch) {
      this(
          draft,
          kernels,
          dims,
          "recompute=none,micro_batch=" + microBatch,
          new SimulatedWorld(1).transport(0));
    }

    /** One rank of a world that runs the model in a layout, in the words of {@code --force}. */
    Run(
        Cluster draft,
        FloatKernels kernels,
        Map<String, Long> dims,
        String layout,
        Transport transport) {
      Graph graph = IrReader.read(new SourceFile("step.ir", MODEL), dims, IncludeResolver.NONE);
      plan = plan(graph, draft.truncatedTo(transport.ranks()), layout);
      ProgramBundle bundle = LowerPlan.lower(plan, graph);
      RankExecutor.Run run =
          new RankExecutor.Run(
              bundle,
              new SyntheticData(graph, 0),
              OptimizerSettings.DEFAULTS,
              0,
              (at, instruction, words) -> {
                if (instruction instanceof Instruction.Launch) {
                  started.incrementAndGet();
                }
              });
      executor = new RankExecutor(run, transport, kernels, StreamQueues.PROGRAM_ORDER);
    }

    void step() {
      executor.step(step++);
    }

    double predicted() {
      return plan.predicted().stepSeconds();
    }

    double launches() {
      started.set(0);
      executor.step(step++);
      return started.get();
    }

    double seconds() {
      return CpuClock.ofThread(REPEATS, () -> executor.step(step++));
    }
  }

  private static Plan plan(Graph graph, Cluster devices, String layout) {
    PlanRequest request =
        new PlanRequest(
            graph,
            devices,
            graph.defaultBatch(),
            Precision.FP32,
            Optimizer.ADAMW,
            PlanOptions.DEFAULT.withForced(ForceParser.parse(layout)),
            new PlanHashes(NO_HASH, NO_HASH),
            ProgressListener.SILENT);
    return switch (Planner.plan(request)) {
      case PlanOutcome.Planned planned -> planned.plan();
      case PlanOutcome.NoPlan none ->
          throw new CompilerBug("profile", "launch time", String.join("; ", none.reasons()));
    };
  }
}
