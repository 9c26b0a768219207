package autopar.tests.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever happens to a model file, the answer is a graph or diagnostics. */
final class MutationTest {
  private static final List<String> MODELS =
      MutationRun.models(Path.of(System.getProperty("autopar.home")));

  @Test
  void damagedModelsAreReadOrRefused() {
    MutationRun run = MutationRun.of(MODELS, 20, 2_000, graph -> {});

    assertThat(run.survivors()).as("mutations are not all fatal").isGreaterThan(100);
    assertThat(run.refused()).as("mutations are not all harmless").isGreaterThan(1000);
  }
}
