package autopar.runtime.mpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import autopar.diagnostics.RunFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MpiLauncherTest {

  @Test
  void launchersTellARankItsNumber() {
    assertThat(MpiLauncher.rankFromEnvironment(Map.of("OMPI_COMM_WORLD_RANK", "3"))).contains(3);
    assertThat(MpiLauncher.rankFromEnvironment(Map.of("PMIX_RANK", "4"))).contains(4);
    assertThat(MpiLauncher.rankFromEnvironment(Map.of("PMI_RANK", "0"))).contains(0);
    assertThat(MpiLauncher.rankFromEnvironment(Map.of("SLURM_PROCID", "7"))).contains(7);
    assertThat(MpiLauncher.rankFromEnvironment(Map.of("PATH", "/bin"))).isEmpty();
  }

  @Test
  void theScriptOfABatchJobIsNoRank() {
    Map<String, String> script = Map.of("SLURM_JOB_ID", "1", "SLURM_PROCID", "0");
    assertThat(MpiLauncher.rankFromEnvironment(script)).isEmpty();
    Map<String, String> task =
        Map.of("SLURM_JOB_ID", "1", "SLURM_STEP_NUM_TASKS", "8", "SLURM_PROCID", "0");
    assertThat(MpiLauncher.rankFromEnvironment(task)).contains(0);
  }

  @Test
  void withoutMpirunTheFailureSaysWhatToInstall(@TempDir Path folder) {
    RunFailure failure =
        catchThrowableOfType(
            RunFailure.class,
            () ->
                MpiLauncher.start(
                    2,
                    List.of("true"),
                    Map.of("PATH", folder.toString()),
                    folder.resolve("board"),
                    TestRanks.PATIENT,
                    System.out,
                    System.err));
    assertThat(failure).hasMessage("there is no mpirun on the PATH");
    assertThat(failure.hint().orElseThrow()).contains("openmpi-bin libopenmpi-dev");
  }

  @Test
  void aCommandThatIsNotThereIsAFailureInTheWordsOfMpirun(@TempDir Path folder) {
    TestRanks.assumeMpi();
    MpiRun run =
        MpiLauncher.start(
            1,
            List.of(folder.resolve("absent").toString()),
            Map.of(),
            folder.resolve("board"),
            TestRanks.PATIENT,
            System.out,
            System.err);
    RunFailure failure = catchThrowableOfType(RunFailure.class, run::await);
    assertThat(failure)
        .hasMessageStartingWith("mpirun failed (exit code ")
        .hasMessageContaining("absent");
  }
}
