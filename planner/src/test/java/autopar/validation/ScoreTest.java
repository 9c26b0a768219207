package autopar.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import autopar.diagnostics.SourceFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Errors and orders, where a pocket calculator can follow. */
final class ScoreTest {
  private static final String SPEC =
      """
      {"layers":4,"hidden":512,"heads":8,"ffn":2048,"vocab":1000,"seq":128,"devices":16,
       "global_batch":64,"micro_batch":2,"measured_s":%s}\
      """;

  @Test
  void errorsAreAbsoluteAndRelative() {
    List<PricedRun> runs = runs(new double[] {100, 100, 100, 100}, new double[] {99, 103, 95, 120});
    Score score = Score.of(runs, 2);
    assertThat(score.rows()).isEqualTo(4);
    assertThat(score.skipped()).isEqualTo(2);
    assertThat(score.median()).isCloseTo(0.04, within(1e-12));
    assertThat(score.mean()).isCloseTo(0.0725, within(1e-12));
    assertThat(score.p90()).isCloseTo(0.2, within(1e-12));
    assertThat(score.max()).isCloseTo(0.2, within(1e-12));
    assertThat(Score.of(List.of(), 0).mean()).isZero();
  }

  @Test
  void aSweepComparesOrders() {
    double[] measured = {1, 2, 3, 4, 5};
    Sweep same = Sweep.of(runs(measured, new double[] {10, 20, 30, 40, 50})).getFirst();
    assertThat(same.rankCorrelation()).isCloseTo(1, within(1e-12));
    assertThat(same.bestExcess()).isZero();
    Sweep swapped = Sweep.of(runs(measured, new double[] {20, 10, 30, 40, 50})).getFirst();
    // Spearman: 1 - 6 * 2 / (5 * 24).
    assertThat(swapped.rankCorrelation()).isCloseTo(0.9, within(1e-12));
    assertThat(swapped.bestExcess()).isCloseTo(1, within(1e-12));
    assertThat(Sweep.of(runs(new double[] {1, 2}, new double[] {1, 2}))).isEmpty();
  }

  @Test
  void thePictureShowsEveryRow() {
    List<PricedRun> runs = runs(new double[] {1, 20}, new double[] {1.1, 19});
    Validation validation =
        new Validation(
            runs,
            Map.of(),
            Score.of(runs, 0),
            Map.of("s", Score.of(runs, 0)),
            List.of(),
            new Validation.Memory(List.of(), List.of(), List.of()));
    assertThat(Scatter.svg(validation)).startsWith("<svg").contains("row0 +10.0 %", "row1 -5.0 %");
  }

  private static List<PricedRun> runs(double[] measured, double[] predicted) {
    List<PricedRun> runs = new ArrayList<>();
    for (int i = 0; i < measured.length; i++) {
      String row =
          "[{\"id\":\"row%d\",\"source\":\"s\",\"spec\":%s}]"
              .formatted(i, SPEC.formatted(measured[i]));
      runs.add(
          new PricedRun(
              PublishedRuns.read(new SourceFile("rows", row)).getFirst(), predicted[i], 1));
    }
    return runs;
  }
}
