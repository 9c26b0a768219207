package autopar.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.cluster.SoftwareProfiles;
import autopar.cost.memory.MemoryModel;
import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.lowering.LowerPlan;
import autopar.plan.MemoryBreakdown;
import autopar.plan.Plan;
import autopar.plan.PlanJson;
import autopar.plan.StagePlan;
import autopar.program.LiveBytes;
import autopar.program.ProgramBundle;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plan of OPT-66B on 24 devices, lowered in full: what is alive is what the plan promised. */
final class LoweredPlanTest {
  private static final Path MODELS = Path.of(System.getProperty("autopar.home"), "models");

  @TempDir private Path folder;

  @Test
  void liveBytesAreThosePredicted() throws Exception {
    areThosePredicted("--devices", "24");
  }

  @Test
  void offloadedStatesAreNotOnTheDevice() throws Exception {
    areThosePredicted("--devices", "8", "--offload", "optimizer=cpu");
  }

  private void areThosePredicted(String... options) throws Exception {
    Path model = MODELS.resolve("opt-66b.ir");
    List<String> line = new ArrayList<>(List.of("compile", model.toString()));
    line.addAll(List.of(options));
    line.addAll(List.of("-o", folder.toString()));
    Command compiled = Command.run(line.toArray(String[]::new));
    assertThat(compiled.exitCode()).as(compiled.err()).isZero();
    Plan plan = PlanJson.read(source(folder.resolve("plan.json")));
    Graph graph = IrReader.read(source(model), Map.of(), IncludeResolver.NONE);
    ProgramBundle bundle = LowerPlan.lower(plan, graph);
    Cluster cluster = ClusterReader.read(source(MODELS.resolve("clusters/a800.json")));
    MemoryModel memory =
        new MemoryModel(
            List.of(cluster.device()), SoftwareProfiles.find(cluster.software()).orElseThrow());
    for (StagePlan stage : plan.stages()) {
      MemoryBreakdown predicted = stage.predicted().memory();
      long communicators = 1 + stage.mesh().stream().filter(axis -> axis.size() > 1).count();
      long held = predicted.parameters() + predicted.gradients() + predicted.optimizer();
      long apart =
          memory.contextBytes((int) communicators)
              + memory.fragmentationBytes(held, predicted.activations());
      double expected = predicted.total() - apart;
      LiveBytes alive = LiveBytes.worst(bundle, stage.index());
      assertThat((double) alive.total())
          .as("stage %d: %s", stage.index(), alive)
          .isCloseTo(expected, within(0.05 * expected));
    }
  }

  private static SourceFile source(Path file) throws Exception {
    return new SourceFile(file.toString(), Files.readString(file));
  }
}
