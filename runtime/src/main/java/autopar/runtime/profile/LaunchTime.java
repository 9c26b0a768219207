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
import autopar.runtime.simulated.SimulatedWorld;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import autopar.training.Optimizer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Seconds that an instruction takes whatever its size: a model of so few elements is planned for
 * one device and run that nothing else is left. What other instructions than kernels take is shared
 * out over the kernels, since prices know kernels only.
 */
final class LaunchTime {
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

  private LaunchTime() {}

  /** Measures on one rank of this process. */
  static double measure(Cluster draft, FloatKernels kernels) {
    Graph graph =
        IrReader.read(new SourceFile("instructions.ir", MODEL), Map.of(), IncludeResolver.NONE);
    ProgramBundle bundle = LowerPlan.lower(plan(graph, draft.truncatedTo(1)), graph);
    AtomicLong launches = new AtomicLong();
    RankExecutor.Run run =
        new RankExecutor.Run(
            bundle,
            new SyntheticData(graph, 0),
            OptimizerSettings.DEFAULTS,
            0,
            (step, instruction, words) -> {
              if (instruction instanceof Instruction.Launch) {
                launches.incrementAndGet();
              }
            });
    RankExecutor executor = new RankExecutor(run, new SimulatedWorld(1).transport(0), kernels);
    executor.step(0);
    long perStep = launches.get();
    int[] step = {0};
    return CpuClock.ofThread(REPEATS, () -> executor.step(++step[0])) / perStep;
  }

  private static Plan plan(Graph graph, Cluster one) {
    PlanRequest request =
        new PlanRequest(
            graph,
            one,
            graph.defaultBatch(),
            Precision.FP32,
            Optimizer.ADAMW,
            PlanOptions.DEFAULT.withForced(ForceParser.parse("micro_batch=1,recompute=none")),
            new PlanHashes(NO_HASH, NO_HASH),
            ProgressListener.SILENT);
    return switch (Planner.plan(request)) {
      case PlanOutcome.Planned planned -> planned.plan();
      case PlanOutcome.NoPlan none ->
          throw new CompilerBug("profile", "launch time", String.join("; ", none.reasons()));
    };
  }
}
