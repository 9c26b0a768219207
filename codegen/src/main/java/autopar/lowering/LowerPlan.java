package autopar.lowering;

import autopar.ir.graph.Graph;
import autopar.ir.graph.Parameter;
import autopar.plan.LayerStrategy;
import autopar.plan.Plan;
import autopar.plan.StagePlan;
import autopar.program.ProgramBundle;
import autopar.program.ProgramVerifier;
import autopar.program.StageMesh;
import autopar.program.StageProgram;
import autopar.schedule.ScheduleOrder;
import autopar.training.LowerAttention;
import autopar.training.TrainingGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The line from a plan to programs. Whoever wants to change the lowering begins here. */
public final class LowerPlan {

  private static final String UNFUSED = "unfused";

  private LowerPlan() {}

  /** The model as {@code plan} runs it: with its attention in pieces where the plan says so. */
  public static Graph executed(Plan plan, Graph graph) {
    return plan.execution().attention().equals(UNFUSED) ? LowerAttention.unfused(graph) : graph;
  }

  /**
   * The programs of {@code plan}. Linear in the layers of the model; the number of ranks does not
   * matter, since the ranks of a stage share their program.
   *
   * @param graph the model that the plan was made for; other sizes of its dims are fine
   */
  public static ProgramBundle lower(Plan plan, Graph graph) {
    Graph executed = executed(plan, graph);
    TrainingVariants variants = new TrainingVariants(TrainingGraph.of(executed));
    Flows flows = new Flows(executed, plan);
    Map<String, Parameter> known = Parameters.named(executed);
    List<StageWriter> writers = new ArrayList<>();
    List<Boundary> boundaries = new ArrayList<>();
    List<Parameters> parameters = new ArrayList<>();
    for (StagePlan stage : plan.stages()) {
      StageMesh mesh = new StageMesh(stage.mesh(), stage.devices());
      StageWriter writer = new StageWriter(stage.index(), mesh, plan.workload().precision());
      writers.add(writer);
      boundaries.add(new Boundary(strategy(plan, stage).boundary(), mesh));
      parameters.add(new Parameters(writer, plan, known));
    }
    int virtualStages = plan.stages().size() * plan.schedule().virtualStages();
    Transfers transfers =
        new Transfers(flows, variants, boundaries, virtualStages, plan.workload().precision());
    TiedParameters tied = new TiedParameters(parameters, writers, transfers);
    List<StageProgram> stages = new ArrayList<>();
    for (int s = 0; s < writers.size(); s++) {
      stages.add(
          new StageLowering(
                  writers.get(s),
                  boundaries.get(s),
                  flows,
                  transfers,
                  parameters.get(s),
                  tied,
                  variants,
                  plan.stages().size())
              .write(plan));
    }
    ProgramBundle bundle =
        new ProgramBundle(
            plan.model().name(),
            plan.workload().precision(),
            plan.workload().optimizer().orElseThrow(),
            plan.workload().globalBatch(),
            plan.microBatch(),
            executed.inputs(),
            plan.devices(),
            IntStream.range(0, plan.devices()).map(plan.cluster()::hostOf).boxed().toList(),
            ScheduleOrder.of(
                plan.schedule().kind(),
                plan.stages().size(),
                plan.schedule().virtualStages(),
                plan.microBatches()),
            stages,
            transfers.all());
    return ProgramVerifier.require(bundle);
  }

  /** Any strategy of a stage: they share the boundary. */
  private static LayerStrategy strategy(Plan plan, StagePlan stage) {
    return plan.strategies().stream()
        .filter(s -> s.stage() == stage.index())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("stage without strategies"));
  }
}
