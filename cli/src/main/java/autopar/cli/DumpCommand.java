package autopar.cli;

import autopar.ir.graph.Graph;
import autopar.lowering.AtOtherSizes;
import autopar.lowering.LowerPlan;
import autopar.plan.Plan;
import autopar.program.ProgramText;
import autopar.strategy.AxisUse;
import autopar.strategy.StrategyText;
import autopar.text.Purpose;
import autopar.training.ApplyRecompute;
import autopar.training.RecomputeMode;
import autopar.training.TrainingBody;
import autopar.training.TrainingGraph;
import autopar.training.TrainingText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code autopar dump}: an artefact of the compiler as text. */
@Command(
    name = "dump",
    mixinStandardHelpOptions = true,
    description = {
      "Prints what the compiler holds after a stage, of a model or of a plan that compile wrote.",
      "The plan itself is JSON: see compile."
    },
    footer = {
      "",
      "Examples:",
      "  autopar dump models/opt-125m.ir --stage training --recompute full",
      "  autopar dump models/opt-125m.ir --stage strategies --mesh 2x4",
      "  autopar dump opt-125m.plan --stage program"
    })
final class DumpCommand implements Callable<Integer> {
  /** The artefacts that have a text form. */
  enum Artefact {
    GRAPH,
    TRAINING,
    STRATEGIES,
    PROGRAM;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;

  @Option(
      names = "--stage",
      required = true,
      paramLabel = "STAGE",
      description =
          "One of graph (the model, dims fixed), training (with its backward pass), strategies"
              + " (every way to shard every node on a mesh) and program (what the ranks of each"
              + " stage of a plan run, with the peak of its live bytes).")
  private Artefact stage;

  @Option(
      names = "--recompute",
      paramLabel = "MODE",
      defaultValue = "none",
      description = "Stage training: none, selective or full. Default: none")
  private String recompute;

  @Option(
      names = "--mesh",
      paramLabel = "DATAxTENSOR",
      defaultValue = "1x8",
      description = "Stage strategies: the mesh. Default: 1x8")
  private String mesh;

  @Option(
      names = "--micro-batch",
      paramLabel = "B",
      defaultValue = "8",
      description = "Stage strategies: samples that are processed together. Default: 8")
  private long microBatch;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        switch (stage) {
          case GRAPH -> model.read(Purpose.ANY).text();
          case TRAINING -> training(model.read(Purpose.TRAINING).graph());
          case STRATEGIES -> strategies(model.read(Purpose.ANY).graph());
          case PROGRAM -> program(StoredPlan.read(model.name(), model.dims()));
        });
    out.flush();
    return ExitCodes.DONE;
  }

  /** At other sizes too, as {@code run} does. */
  private static String program(StoredPlan stored) {
    Plan plan =
        AtOtherSizes.of(
            stored.plan(),
            stored.graph(),
            stored.plan().workload().globalBatch(),
            stored.plan().workload().precision());
    return ProgramText.print(LowerPlan.lower(plan, stored.graph()));
  }

  private String training(Graph graph) {
    RecomputeMode mode =
        PlanningOptions.constant(
            "--recompute", recompute, RecomputeMode.values(), RecomputeMode::text);
    TrainingGraph training = TrainingGraph.of(graph);
    List<TrainingBody> bodies = new ArrayList<>();
    for (int s = 0; s < graph.sections().size(); s++) {
      TrainingBody body = training.sections().get(s);
      // Layers recompute; what stands before and after them does not.
      bodies.add(graph.sections().get(s).layers() > 0 ? ApplyRecompute.to(body, mode) : body);
    }
    return TrainingText.print(new TrainingGraph(graph, bodies));
  }

  private String strategies(Graph graph) {
    if (!mesh.matches("[1-9]\\d{0,4}x[1-9]\\d{0,4}")) {
      throw PlanningOptions.wrong("--mesh must be like 2x4 (data x tensor), not '" + mesh + "'");
    }
    if (microBatch < 1) {
      throw PlanningOptions.wrong("--micro-batch must be at least 1, not " + microBatch);
    }
    int cross = mesh.indexOf('x');
    int[] sizes = {
      Integer.parseInt(mesh.substring(0, cross)), Integer.parseInt(mesh.substring(cross + 1))
    };
    return StrategyText.print(
        graph, List.of("data", "tensor"), sizes, microBatch, AxisUse.DATA_FIRST);
  }
}
