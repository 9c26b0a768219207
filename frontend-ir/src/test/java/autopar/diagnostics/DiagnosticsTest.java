package autopar.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DiagnosticsTest {
  private static final SourceFile FILE = new SourceFile("a.ir", "x".repeat(1000));

  @Test
  void findingsAreInTheOrderOfTheText() {
    Diagnostics diagnostics = new Diagnostics();
    diagnostics.error("AP0302", FILE.span(9, 10), "late");
    diagnostics.warning("AP0509", FILE.span(2, 3), "early");

    assertThat(diagnostics.all()).extracting(Diagnostic::message).containsExactly("early", "late");
  }

  @Test
  void warningsAloneDoNotStop() {
    Diagnostics diagnostics = new Diagnostics();
    diagnostics.warning("AP0509", FILE.span(2, 3), "unused");

    diagnostics.throwIfErrors();

    assertThat(diagnostics.hasErrors()).isFalse();
  }

  @Test
  void atMostAHundredAreKeptAndOneSaysSo() {
    Diagnostics diagnostics = new Diagnostics();
    for (int i = 0; i < 500; i++) {
      diagnostics.error("AP0101", FILE.span(i, i + 1), "error " + i);
    }

    List<Diagnostic> all = diagnostics.all();

    assertThat(all).hasSize(Diagnostics.LIMIT + 1);
    assertThat(all.getLast().code()).isEqualTo("AP0100");
    assertThat(diagnostics.errorCount()).isEqualTo(500);
    assertThatThrownBy(diagnostics::throwIfErrors)
        .isInstanceOfSatisfying(
            InvalidInput.class, e -> assertThat(e.diagnostics()).isEqualTo(all));
  }
}
