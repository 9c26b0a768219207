package autopar.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DiagnosticRendererTest {
  private static final SourceFile FILE =
      new SourceFile("gpt.ir", "param w1 : [4000]\r\n\tlet a = f(h, w1)\nlast");

  @Test
  void showsTheLineWithACaretUnderTheSpan() {
    int at = FILE.text().lastIndexOf("w1");
    Diagnostic d =
        Diagnostic.error("AP0201", FILE.span(at, at + 2), "operand shapes do not fit")
            .withNote(FILE.span(6, 8), "'w1' is declared here")
            .withHint("factor h differs");

    assertThat(DiagnosticRenderer.render(d))
        .isEqualTo(
            """
            gpt.ir:2:15: error AP0201: operand shapes do not fit
              2 |  let a = f(h, w1)
                |               ^^
              note: gpt.ir:1:7: 'w1' is declared here
              hint: factor h differs
            """);
  }

  @Test
  void findingsWithoutAPlaceHaveNoSource() {
    Diagnostic d = Diagnostic.warning("AP0304", SourceSpan.NONE, "no such dim");

    assertThat(DiagnosticRenderer.render(d)).isEqualTo("warning AP0304: no such dim\n");
  }

  @Test
  void controlCharactersDoNotReachTheTerminal() {
    SourceFile file = new SourceFile("a.ir", "x\u001b[31m y");
    Diagnostic d = Diagnostic.error("AP0102", file.span(1, 2), "unexpected \u001b");

    assertThat(DiagnosticRenderer.render(d)).doesNotContain("\u001b");
  }

  @Test
  void longLinesAreCutAroundTheSpan() {
    String text = "a".repeat(500) + "HERE" + "b".repeat(500);
    SourceFile file = new SourceFile("a.ir", text);

    String[] lines =
        DiagnosticRenderer.render(Diagnostic.error("AP0101", file.span(500, 504), "m")).split("\n");

    assertThat(lines[1]).hasSizeLessThan(110);
    int caret = lines[2].indexOf('^');
    assertThat(lines[1].substring(caret, caret + 4)).isEqualTo("HERE");
    assertThat(lines[2]).endsWith("^^^^");
  }

  @Test
  void theEndOfTheFileIsAPlace() {
    int end = FILE.text().length();

    assertThat(FILE.span(end, end)).hasToString("gpt.ir:3:5");
  }
}
