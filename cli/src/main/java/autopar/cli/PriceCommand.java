package autopar.cli;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.cluster.Quantity;
import autopar.cluster.SoftwareProfile;
import autopar.cluster.SoftwareProfiles;
import autopar.diagnostics.SourceFile;
import autopar.plan.MemoryBreakdown;
import autopar.plan.Plan;
import autopar.plan.PlanHashes;
import autopar.plan.StagePlan;
import autopar.plan.StagePrediction;
import autopar.planner.PlanOutcome;
import autopar.planner.Planner;
import autopar.planner.ProgressListener;
import autopar.text.Purpose;
import autopar.units.Bytes;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code autopar price}: where the time and memory of a layout go, and the numbers behind them. */
@Command(
    name = "price",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Breaks the price of one layout down, with the numbers it was made from.",
    footer = {
      "",
      "Example:",
      "  autopar price models/opt-30b.ir --devices 16 --force"
          + " tensor=4,stages=2,data=2,micro_batch=1"
    })
final class PriceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private ClusterOptions target;
  @Mixin private PlanningOptions planning;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    SourceFile clusterText = target.text();
    Cluster cluster = target.cut(ClusterReader.read(clusterText));
    ResolvedModel resolved = planning.withBatch(model.read(Purpose.TRAINING));
    PlanHashes hashes =
        new PlanHashes(Hashes.sha256(resolved.text()), Hashes.sha256(clusterText.text()));
    return switch (Planner.plan(
        planning.request(resolved, cluster, hashes, ProgressListener.SILENT))) {
      case PlanOutcome.Planned planned -> {
        Plan plan = planned.plan();
        PrintWriter out = spec.commandLine().getOut();
        if (output.json()) {
          Json.print(out, json -> write(json, plan, cluster));
        } else {
          print(out, plan, cluster);
        }
        yield ExitCodes.DONE;
      }
      case PlanOutcome.NoPlan none -> {
        PrintWriter err = spec.commandLine().getErr();
        err.println("autopar: the layout does not fit");
        none.reasons().forEach(reason -> err.println("  " + reason));
        err.flush();
        yield ExitCodes.NO_PLAN_FITS;
      }
    };
  }

  /** Seconds of one step on the devices of a stage; what is left of the step is waiting. */
  private record StageSeconds(
      double forward, double backward, double communication, double afterwards, double waiting) {

    static StageSeconds of(Plan plan, StagePlan stage) {
      StagePrediction p = stage.predicted();
      double forward = plan.microBatches() * p.forwardSeconds();
      double backward = plan.microBatches() * p.backwardSeconds();
      double communication = plan.microBatches() * p.communicationSeconds();
      double busy = forward + backward + communication + p.stepOverheadSeconds();
      return new StageSeconds(
          forward,
          backward,
          communication,
          p.stepOverheadSeconds(),
          Math.max(0, plan.predicted().stepSeconds() - busy));
    }
  }

  private static void print(PrintWriter out, Plan plan, Cluster cluster) {
    out.printf(
        Locale.ROOT,
        "step %s: %d micro-batches of %d, MFU %s%n%n",
        Figures.seconds(plan.predicted().stepSeconds()),
        plan.microBatches(),
        plan.microBatch(),
        Figures.percent(plan.predicted().mfu()));
    out.printf(
        "  %-6s %12s %12s %12s %12s %12s%n",
        "stage", "forward", "backward", "exposed comm", "after last", "waiting");
    for (int i = 0; i < plan.stages().size(); i++) {
      StageSeconds s = StageSeconds.of(plan, plan.stages().get(i));
      out.printf(
          "  %-6d %12s %12s %12s %12s %12s%n",
          i,
          Figures.seconds(s.forward()),
          Figures.seconds(s.backward()),
          Figures.seconds(s.communication()),
          Figures.seconds(s.afterwards()),
          Figures.seconds(s.waiting()));
    }
    out.printf(
        "%n  %-6s %11s %11s %11s %11s %11s %11s%n",
        "stage", "parameters", "gradients", "optimizer", "activations", "workspace", "total");
    for (int i = 0; i < plan.stages().size(); i++) {
      MemoryBreakdown m = plan.stages().get(i).predicted().memory();
      out.printf(
          "  %-6d %11s %11s %11s %11s %11s %11s%n",
          i,
          new Bytes(m.parameters()),
          new Bytes(m.gradients()),
          new Bytes(m.optimizer()),
          new Bytes(m.activations()),
          new Bytes(m.workspace()),
          new Bytes(m.total()));
    }
    out.printf("%nmade from cluster %s%n", cluster.name());
    for (Map.Entry<String, Quantity> number : cluster.numbers().entrySet()) {
      Quantity q = number.getValue();
      out.printf(
          Locale.ROOT,
          "  %-32s %10.6g %-8s %s%n",
          number.getKey(),
          q.value(),
          q.unit().text(),
          q.provenance());
    }
    SoftwareProfile software = software(plan);
    out.printf("and software %s (docs/cost-model.md): %s%n", software.name(), software.about());
    out.flush();
  }

  private static SoftwareProfile software(Plan plan) {
    return SoftwareProfiles.nearest(plan.execution().software());
  }

  private static void write(JsonGenerator json, Plan plan, Cluster cluster) throws IOException {
    json.writeNumberField("step_s", plan.predicted().stepSeconds());
    json.writeArrayFieldStart("stages");
    for (StagePlan stage : plan.stages()) {
      StageSeconds s = StageSeconds.of(plan, stage);
      MemoryBreakdown m = stage.predicted().memory();
      json.writeStartObject();
      json.writeNumberField("forward_s", s.forward());
      json.writeNumberField("backward_s", s.backward());
      json.writeNumberField("exposed_communication_s", s.communication());
      json.writeNumberField("after_last_s", s.afterwards());
      json.writeNumberField("waiting_s", s.waiting());
      json.writeObjectFieldStart("memory_bytes");
      json.writeNumberField("parameters", m.parameters());
      json.writeNumberField("gradients", m.gradients());
      json.writeNumberField("optimizer", m.optimizer());
      json.writeNumberField("activations", m.activations());
      json.writeNumberField("workspace", m.workspace());
      json.writeNumberField("total", m.total());
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeStringField("software", software(plan).name());
    json.writeArrayFieldStart("numbers");
    for (Map.Entry<String, Quantity> number : cluster.numbers().entrySet()) {
      json.writeStartObject();
      json.writeStringField("path", number.getKey());
      json.writeNumberField("value", number.getValue().value());
      json.writeStringField("unit", number.getValue().unit().text());
      json.writeStringField("provenance", number.getValue().provenance().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
