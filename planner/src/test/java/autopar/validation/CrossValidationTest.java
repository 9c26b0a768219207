package autopar.validation;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is held out tells the fit nothing. */
final class CrossValidationTest {
  private static final Path HOME = Path.of(System.getProperty("autopar.home"));
  private static final int ROWS_OF_A_SOURCE = 3;
  private static final double SLOWER = 1.6;

  /** Coarse, so that all fits together take seconds. */
  private static final double[][] LATTICE = {{0.5, 0.7, 0.9}, {1, 2}, {0.8}, {0.4, 0.8}, {0, 3e-3}};

  private final List<PublishedRun> rows = new ArrayList<>();

  private static Graph graph(String model, Map<String, Long> dims) {
    String file = model + ".ir";
    try {
      String text = Files.readString(HOME.resolve("models").resolve(file));
      return IrReader.read(new SourceFile(file, text), dims, IncludeResolver.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void take(String prefix, double factor) {
    PublishedRuns.shipped().stream()
        .filter(row -> row.id().startsWith(prefix))
        .limit(ROWS_OF_A_SOURCE)
        .map(row -> slowed(row, factor))
        .forEach(rows::add);
  }

  private static PublishedRun slowed(PublishedRun row, double factor) {
    return new PublishedRun(
        row.id(),
        row.source(),
        row.place(),
        row.spec(),
        row.skipped(),
        factor * row.measuredSeconds(),
        row.measuredPeakBytes(),
        row.fits(),
        row.strict());
  }

  /** The folds where the first source took {@code factor} times as long as published. */
  private List<CrossValidation.Fold> folds(double factor) {
    rows.clear();
    take("sc21", factor);
    take("bigscience", 1);
    return CrossValidation.of(rows, CrossValidationTest::graph, HOME, 1, LATTICE).folds();
  }

  @Test
  void aSourceThatIsHeldOutDoesNotReachItsFit() {
    List<CrossValidation.Fold> published = folds(1);
    List<CrossValidation.Fold> slower = folds(SLOWER);
    assertThat(published).hasSize(2).allMatch(fold -> fold.rows() == ROWS_OF_A_SOURCE);
    // Held out: the fit is the same, and the slower runs are therefore further off.
    assertThat(slower.getFirst().fitted()).isEqualTo(published.getFirst().fitted());
    assertThat(slower.getFirst().mean()).isGreaterThan(published.getFirst().mean() + 0.1);
    // Not held out: the fit follows them.
    assertThat(slower.getLast().fitted()).isNotEqualTo(published.getLast().fitted());
    assertThat(slower.getLast().fitted().gemm()).isLessThan(published.getLast().fitted().gemm());
  }
}
