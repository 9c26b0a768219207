package autopar.tests.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import autopar.runtime.mpi.MpiLauncher;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are killed end clearly and go on from their checkpoints. */
final class RunKillTest {
  /** Runs end within 10 s; machines that do other work get twice as long. */
  private static final double END_SECONDS = 20;

  private static final int STEPS = 8;
  private static final int SAVED = 5;

  @TempDir private Path folder;

  @Test
  void killedRunsEndClearlyAndResumeExactly() throws Exception {
    assumeTrue(
        MpiLauncher.isInstalled() && Job.isObservable(),
        "needs Linux and Open MPI: apt-get install openmpi-bin libopenmpi-dev");
    KillTrials trials = KillTrials.begin(folder);

    for (KillKind kind : KillKind.values()) {
      for (int seed = 0; seed < 2; seed++) {
        Kill kill = trials.kill(kind, seed);

        assertThat(kill.problem()).as(kill.moment()).isEmpty();
        assertThat(kill.seconds()).as(kill.moment()).isLessThan(END_SECONDS);
        assertThat(kill.orphans()).as(kill.moment()).isEmpty();
        assertThat(kill.exact()).as("%s", kill).isTrue();
      }
    }
  }

  @Test
  void anotherPlanGoesOnFromACheckpoint() throws IOException {
    Path data = TinyPlan.make(folder.resolve("data.plan"), 2, "data=2");
    Path tensor = TinyPlan.make(folder.resolve("tensor.plan"), 2, "tensor=2");
    Path single = TinyPlan.make(folder.resolve("single.plan"), 1, "data=1");
    String saved = folder.resolve("checkpoints").toString();
    List<Double> whole = losses(data, STEPS);
    losses(data, SAVED, "--save", saved);

    for (Path plan : List.of(tensor, single)) {
      List<Double> rest = losses(plan, STEPS, "--resume", saved);

      assertThat(rest).as(plan.toString()).hasSize(STEPS - SAVED);
      for (int i = 0; i < rest.size(); i++) {
        double expected = whole.get(SAVED + i);
        assertThat(rest.get(i)).as("%s, %d", plan, i).isCloseTo(expected, within(1e-5 * expected));
      }
    }
  }

  /** Of the simulated backend. */
  private static List<Double> losses(Path plan, int steps, String... more) throws IOException {
    List<String> line = new ArrayList<>();
    line.addAll(List.of("run", plan.toString(), "--steps", Integer.toString(steps)));
    line.addAll(List.of("--format", "json"));
    line.addAll(List.of(more));
    JsonNode report = new ObjectMapper().readTree(TinyPlan.autopar(line));
    List<Double> losses = new ArrayList<>();
    report.get("losses").forEach(loss -> losses.add(loss.doubleValue()));
    return losses;
  }
}
