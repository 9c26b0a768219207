package autopar.runtime.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MpiTransportTest {

  @TempDir Path folder;

  @BeforeAll
  static void assumeMpi() {
    TestRanks.assumeMpi();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 6})
  void everyCollectiveGivesWhatItsDefinitionSays(int ranks) throws InterruptedException {
    TestRanks world = new TestRanks(folder, ranks, TestRanks.PATIENT, "collectives");
    assertThat(world.run().await()).as(world.err()).isZero();
    world.assertNothingIsLeft();
  }
}
