package autopar.cli;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.interop.SearchStanding;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Help.Ansi;

final class TerminalTest {
  private static final String OUT = "autopar.terminal.out";
  private static final String ERR = "autopar.terminal";
  private static final String COLUMNS = "autopar.terminal.columns";

  @TempDir private Path temp;

  @AfterEach
  void forget() {
    for (String property : new String[] {OUT, ERR, COLUMNS}) {
      System.clearProperty(property);
    }
  }

  private static Terminal out(String... environment) {
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < environment.length; i += 2) {
      variables.put(environment[i], environment[i + 1]);
    }
    return Terminal.of(OUT, variables::get);
  }

  @Test
  void aPipeHasNoStyleAndAHundredColumns() {
    System.setProperty(COLUMNS, "40");
    assertThat(out()).isEqualTo(new Terminal(false, Ansi.OFF, 100));
  }

  @Test
  void aTerminalHasStyleUnlessToldOtherwise() {
    System.setProperty(OUT, "true");
    System.setProperty(COLUMNS, "80");
    assertThat(out()).isEqualTo(new Terminal(true, Ansi.ON, 80));
    assertThat(out("NO_COLOR", "1")).isEqualTo(new Terminal(true, Ansi.OFF, 80));
    assertThat(out("NO_COLOR", "")).isEqualTo(new Terminal(true, Ansi.ON, 80));
    assertThat(out("TERM", "dumb")).isEqualTo(new Terminal(false, Ansi.OFF, 80));
  }

  @Test
  void compileShowsHowFarItHasComeAndClearsTheLine() {
    System.setProperty(ERR, "true");
    System.setProperty(COLUMNS, "80");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exitCode = compile(out, err);
    assertThat(exitCode).as(err.toString()).isZero();
    String[] shown = err.toString().split("\r", -1);
    assertThat(shown).hasSizeGreaterThan(3);
    assertThat(shown).allSatisfy(line -> assertThat(line.length()).isLessThan(80));
    assertThat(err.toString()).containsPattern("stages \\d+/\\d+: \\d+ layers, [\\d,]+ stages");
    assertThat(shown[shown.length - 1]).isEmpty();
    assertThat(shown[shown.length - 2]).isBlank();
    assertThat(out.toString()).doesNotContain("\r", "\u001b");
  }

  @Test
  void compileFitsEightyColumnsOfATerminal() {
    System.setProperty(OUT, "true");
    System.setProperty(COLUMNS, "80");
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    assertThat(compile(out, err)).as(err.toString()).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString().replaceAll("\u001b\\[[0-9;]*m", "").lines())
        .filteredOn(line -> !line.startsWith("  plan: "))
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80))
        .anySatisfy(line -> assertThat(line).startsWith("  0 >"));
  }

  private int compile(StringWriter out, StringWriter err) {
    return Autopar.run(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        "compile",
        "opt-125m",
        "--devices",
        "8",
        "--force",
        "tensor=1",
        "--force",
        "stages=3",
        "-o",
        temp.resolve("a.plan").toString());
  }

  @Test
  void progressTellsIncumbentAndBoundOnceKnown() {
    assertThat(
            ProgressLine.text(
                new SearchStanding("uniform pipelines", 3, 9, 12, 1234, 1.0 / 0.0, 0)))
        .isEqualTo("uniform pipelines 3/9: 12 layers, 1,234 stages");
    assertThat(ProgressLine.text(new SearchStanding("unequal stages", 1, 2, 12, 5, 183.5, 177.7)))
        .isEqualTo("unequal stages 1/2: 12 layers, 5 stages, best 183.5 s, bound so far 177.7 s");
  }
}
