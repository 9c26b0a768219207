package autopar.validation;

import autopar.cluster.Cluster;
import autopar.cluster.Clusters;
import autopar.diagnostics.CompilerBug;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.plan.PlanHashes;
import autopar.planner.ForceParser;
import autopar.planner.PlanOptions;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.ProgressListener;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import autopar.training.Optimizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * Activation bytes of one transformer layer on one of eight tensor-parallel devices, against the
 * formulas of Korthikanti et al., Reducing Activation Recomputation in Large Transformer Models
 * (arXiv:2205.05198, table 2), for the models of its figure 7.
 *
 * @param mode parallelism and recomputation, in the paper's words
 */
public record ActivationCheck(
    String model, String mode, double predictedBytes, double publishedBytes) {
  private static final int TENSOR = 8;
  private static final long SEQUENCE = 2048;
  private static final String NO_HASH = "0".repeat(64);

  private record Model(String name, long hidden, long heads) {}

  private static final List<Model> MODELS =
      List.of(
          new Model("22B", 6144, 64),
          new Model("GPT-3 175B", 12288, 96),
          new Model("530B", 20480, 128),
          new Model("1T", 25600, 160));

  /** The rows of table 2; sbh is in bytes of one sample: s, b = 1, h elements. */
  private enum Mode {
    TENSOR_PARALLEL("tensor parallel", false, "none"),
    SEQUENCE_PARALLEL("tensor and sequence parallel", true, "none"),
    SELECTIVE("tensor parallel, selective recomputation", false, "selective"),
    SEQUENCE_SELECTIVE("tensor and sequence parallel, selective recomputation", true, "selective"),
    FULL("full recomputation", false, "full");

    private final String text;
    private final boolean sequence;
    private final String recompute;

    Mode(String text, boolean sequence, String recompute) {
      this.text = text;
      this.sequence = sequence;
      this.recompute = recompute;
    }

    double bytes(Model m) {
      double sbh = (double) SEQUENCE * m.hidden();
      double scores = 5.0 * m.heads() * SEQUENCE / m.hidden();
      return switch (this) {
        case TENSOR_PARALLEL -> sbh * (10 + 24.0 / TENSOR + scores / TENSOR);
        case SEQUENCE_PARALLEL -> sbh * (34 + scores) / TENSOR;
        case SELECTIVE -> sbh * (10 + 24.0 / TENSOR);
        case SEQUENCE_SELECTIVE -> sbh * 34 / TENSOR;
        case FULL -> sbh * 2;
      };
    }
  }

  /** Signed error: 0.02 is 2 % too much. */
  public double error() {
    return predictedBytes / publishedBytes - 1;
  }

  /** All models in all modes, to be called in any order. */
  static List<Callable<ActivationCheck>> all(Path home) {
    List<Callable<ActivationCheck>> checks = new ArrayList<>();
    for (Model model : MODELS) {
      for (Mode mode : Mode.values()) {
        checks.add(() -> of(home, model, mode));
      }
    }
    return checks;
  }

  private static ActivationCheck of(Path home, Model model, Mode mode) {
    // What is outside of the layers is in both.
    double layer = bytes(home, model, mode, 2) - bytes(home, model, mode, 1);
    return new ActivationCheck(model.name(), mode.text, layer, mode.bytes(model));
  }

  private static double bytes(Path home, Model model, Mode mode, long layers) {
    Graph graph =
        IrReader.read(
            PublishedRuns.resource("paper-layer.ir"),
            Map.of("layers", layers, "hidden", model.hidden(), "heads", model.heads()),
            IncludeResolver.NONE);
    Cluster cluster = Clusters.named(home, "a100-80g").withDevices(TENSOR);
    String layout =
        "tensor=%d,stages=1,data=1,micro_batch=1,zero=0,recompute=%s,sequence_parallel=%s,attention=unfused,software=megatron-2022"
            .formatted(TENSOR, mode.recompute, mode.sequence);
    PlanRequest request =
        new PlanRequest(
            graph,
            cluster,
            1,
            Precision.FP16,
            Optimizer.ADAMW,
            PlanOptions.DEFAULT.withForced(ForceParser.parse(layout)),
            new PlanHashes(NO_HASH, NO_HASH),
            ProgressListener.SILENT);
    return switch (Planner.plan(request)) {
      case PlanOutcome.Planned planned ->
          planned.plan().stages().getFirst().predicted().memory().activations();
      case PlanOutcome.NoPlan none ->
          throw new CompilerBug("activations", model.name(), String.join("; ", none.reasons()));
    };
  }
}
